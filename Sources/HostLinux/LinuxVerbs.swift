internal import CIBVerbs
internal import Glibc
public import HostAccess
internal import InfiniBandWire

/// Device attributes through libibverbs.
public struct LinuxVerbs: VerbsAccess {
  public init() {}

  public func attributes(of devices: [String]) -> [String: Result<VerbsDevice, VerbsError>] {
    var answers: [String: Result<VerbsDevice, VerbsError>] = [:]
    var count: Int32 = 0
    guard let list = unsafe ibv_get_device_list(&count) else {
      let reason: VerbsError =
        switch errno {
        case ENOSYS: .unavailable("this kernel has no verbs interface (ib_uverbs not loaded)")
        case ELIBACC: .unavailable("libibverbs is not installed")
        case let code: .unavailable("verbs: \(systemWords(code))")
        }
      return Dictionary(devices.map { ($0, .failure(reason)) }) { first, _ in first }
    }
    defer { unsafe ibv_free_device_list(list) }
    for index in 0..<Int(count) {
      guard let device = unsafe list[index] else { continue }
      let name = unsafe name(of: device)
      guard devices.contains(name) else { continue }
      do throws(VerbsError) {
        answers[name] = .success(unsafe try attributes(of: device))
      } catch {
        answers[name] = .failure(error)
      }
    }
    for name in devices where answers[name] == nil {
      answers[name] = .failure(.unavailable("libibverbs has no provider for it"))
    }
    return answers
  }

  private func attributes(of device: UnsafeMutablePointer<ibv_device>) throws(VerbsError) -> VerbsDevice {
    guard let context = unsafe ibv_open_device(device) else {
      let code = errno
      let path = unsafe "/dev/infiniband/\(text(of: device.pointee.dev_name))"
      // libibverbs goes on looking for the device elsewhere, and at the end has found nothing ("No such file or directory").
      let isClosed = unsafe faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) != 0 && errno == EACCES
      throw isClosed || code == EACCES || code == EPERM
        ? .notPermitted(path: path) : .failed("verbs: \(systemWords(code))")
    }
    defer { unsafe _ = ibv_close_device(context) }
    return unsafe try query(context, transport: device.pointee.transport_type)
  }

  private func query(
    _ context: UnsafeMutablePointer<ibv_context>, transport: ibv_transport_type
  ) throws(VerbsError) -> VerbsDevice {
    var attributes = ibv_device_attr()
    let code = unsafe ibv_query_device(context, &attributes)
    guard code == 0 else { throw .failed("verbs: \(systemWords(code))") }
    var ports: [Int: VerbsPort] = [:]
    for number in 1...max(1, Int(attributes.phys_port_cnt)) {
      var port = ibv_port_attr()
      // ibv_query_port is also a macro; Swift sees only the function with the short structure behind it.
      guard unsafe ___ibv_query_port(context, UInt8(number), &port) == 0 else { continue }
      ports[number] = VerbsPort(port)
    }
    return VerbsDevice(
      transport: name(of: transport), vendorID: attributes.vendor_id, vendorPartID: attributes.vendor_part_id,
      limits: limits(attributes), ports: ports)
  }

  private func name(of device: UnsafeMutablePointer<ibv_device>) -> String {
    unsafe String(cString: ibv_get_device_name(device))
  }

  private func name(of transport: ibv_transport_type) -> String {
    switch transport {
    case IBV_TRANSPORT_IB: "infiniband"
    case IBV_TRANSPORT_IWARP: "iwarp"
    case IBV_TRANSPORT_USNIC: "usnic"
    case IBV_TRANSPORT_USNIC_UDP: "usnic_udp"
    default: "unspecified"
    }
  }

  private func text<Array>(of array: Array) -> String {
    unsafe withUnsafeBytes(of: array) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  private func limits(_ value: ibv_device_attr) -> [String: UInt64] {
    func number(_ signed: Int32) -> UInt64 { UInt64(max(0, signed)) }
    return [
      "max_mr_size": value.max_mr_size, "page_size_cap": value.page_size_cap, "max_qp": number(value.max_qp),
      "max_qp_wr": number(value.max_qp_wr), "device_cap_flags": UInt64(value.device_cap_flags),
      "max_sge": number(value.max_sge), "max_sge_rd": number(value.max_sge_rd), "max_cq": number(value.max_cq),
      "max_cqe": number(value.max_cqe), "max_mr": number(value.max_mr), "max_pd": number(value.max_pd),
      "max_qp_rd_atom": number(value.max_qp_rd_atom), "max_ee_rd_atom": number(value.max_ee_rd_atom),
      "max_res_rd_atom": number(value.max_res_rd_atom), "max_qp_init_rd_atom": number(value.max_qp_init_rd_atom),
      "max_ee_init_rd_atom": number(value.max_ee_init_rd_atom), "atomic_cap": UInt64(value.atomic_cap.rawValue),
      "max_ee": number(value.max_ee), "max_rdd": number(value.max_rdd), "max_mw": number(value.max_mw),
      "max_raw_ipv6_qp": number(value.max_raw_ipv6_qp), "max_raw_ethy_qp": number(value.max_raw_ethy_qp),
      "max_mcast_grp": number(value.max_mcast_grp), "max_mcast_qp_attach": number(value.max_mcast_qp_attach),
      "max_ah": number(value.max_ah), "max_fmr": number(value.max_fmr),
      "max_map_per_fmr": number(value.max_map_per_fmr), "max_srq": number(value.max_srq),
      "max_srq_wr": number(value.max_srq_wr), "max_srq_sge": number(value.max_srq_sge),
      "max_pkeys": UInt64(value.max_pkeys), "local_ca_ack_delay": UInt64(value.local_ca_ack_delay),
    ]
  }
}

extension VerbsPort {
  init(_ port: ibv_port_attr) {
    self.init(
      maxMTU: PortInfo.mtuBytes(code: UInt64(port.max_mtu.rawValue)),
      activeMTU: PortInfo.mtuBytes(code: UInt64(port.active_mtu.rawValue)),
      maxMessageSize: UInt64(port.max_msg_sz), maxVLs: PortInfo.virtualLanes(code: UInt64(port.max_vl_num)),
      pkeyTableLength: Int(port.pkey_tbl_len),
      gidTableLength: Int(max(0, port.gid_tbl_len)), badPKeyCounter: Int(port.bad_pkey_cntr),
      qkeyViolationCounter: Int(port.qkey_viol_cntr), subnetTimeout: Int(port.subnet_timeout),
      initTypeReply: Int(port.init_type_reply))
  }
}
