/// Numbers of the kernel's rdma netlink. Source: `rdma/rdma_netlink.h`, RDMA_NL_GET_TYPE, RDMA_NL_NLDEV,
/// RDMA_NLDEV_CMD_SYS_GET, RDMA_NLDEV_CMD_SYS_SET and RDMA_NLDEV_SYS_ATTR_NETNS_MODE.
package enum RDMANetlink {
  package static func command(_ number: UInt16) -> UInt16 { 5 << 10 | number }
  package static let systemGet = command(6)
  package static let systemSet = command(7)
  /// 1: network name spaces share RDMA devices; 0: each device is in one of them.
  package static let namespaceMode: UInt16 = 66
}
