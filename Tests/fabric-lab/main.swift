internal import FabricLab
