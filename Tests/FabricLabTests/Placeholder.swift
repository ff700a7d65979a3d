import FabricLab
import Testing
