import FabricDiscovery
import Testing
