import PortStatus
import TestSupport

extension SmallMachine {
  func inventory(_ request: InventoryRequest = InventoryRequest()) -> Inventory {
    InventoryReader(host: host()).read(request)
  }
}
