extension GlossaryText {
  /// WindowsDocuments.md#winsock-direct: KB 924286.
  static let winsockDirect = #"""
    name: TCP on SAN
    also: TCP on SAN provider GUID; Winsock Direct provider GUID; c943654d-2c84-4db7-af3e-fdf1c5322458
    stood: HKLM\...\Services\Winsock\Parameters\TCP on SAN (Windows Server 2003, KB 924286)
    did: A subkey with the provider's GUID named the Winsock Direct provider whose buffers were set. Other subkeys had
      to stay. The OpenFabrics provider is {c943654d-2c84-4db7-af3e-fdf1c5322458}.
    rules: Restart the computer after the hotfix. Only makers of providers were to change it.
    none: rsockets has no catalogue of providers. A program takes part when it is started with librspreload.
    knob: librspreload
    run: rdmactl sock run -- PROGRAM  # its TCP sockets go over RDMA, and it is checked that they do
    run: rdmactl sock who  # who uses RDMA, and who uses TCP although it was started so

    name: SendBuffers
    also: Winsock Direct send buffers; KB924286
    stood: REG_DWORD in the provider's subkey of TCP on SAN (Windows Server 2003, KB 924286)
    did: Number of send buffers of a Winsock Direct connection.
    range: 5 to 255; 5 when it is absent
    rules: Restart the computer after the hotfix.
    here: The send queue of an rsocket, in /etc/rdma/rsocket/sqsize_default: one number, 16 to 65534 and not more than
      the device can; 384 without the file. Bytes of send buffer are in wmem_default, 131072 without. The
      library clamps values out of range without a word; rdmactl refuses them. Only new sockets see a change.
    knob: sqsize_default; wmem_default; RDMA_SQSIZE
    run: rdmactl sock config  # what is set
    run: rdmactl sock config set sqsize=1024  # SendBuffers=1024 is the same

    name: ReceiveBuffers
    also: Winsock Direct receive buffers; RecvBuffers
    stood: REG_DWORD in the provider's subkey of TCP on SAN (Windows Server 2003, KB 924286)
    did: Number of receive buffers of a Winsock Direct connection.
    range: 6 to 255; 6 when it is absent
    rules: Restart the computer after the hotfix.
    here: The receive queue of an rsocket, in /etc/rdma/rsocket/rqsize_default: 384 without the file. Bytes of receive
      buffer are in mem_default, 131072 without. Only new sockets see a change.
    knob: rqsize_default; mem_default; RDMA_RQSIZE
    run: rdmactl sock config  # what is set
    run: rdmactl sock config set rqsize=1024  # ReceiveBuffers=1024 is the same

    name: rsocket
    also: rsockets; /etc/rdma/rsocket; rsocket.7; librspreload.so; RDMA_INLINE; RDMA_IOMAPSIZE; RDMA_ROUTE
    stood: nowhere on Windows: the heir of Winsock Direct and SDP on Linux
    did: TCP-like sockets over RDMA, for one program at a time.
    here: A program that opens its sockets with SOCK_CLOEXEC, as Python does, stays on TCP with rdma-core 44 and says
      nothing; rdmactl sock run closes that gap, and looks. Files in /etc/rdma/rsocket set the defaults of new sockets: sqsize_default,
      rqsize_default, wmem_default, mem_default, inline_default (64), iomap_size (0), polling_time (10 microseconds) and
      wake_up_interval (5000 ms in rdma-core 44). A program may set its own with rsetsockopt and SOL_RDMA.
    knob: inline_default; iomap_size; polling_time; wake_up_interval
    run: rdmactl sock run -- PROGRAM  # for one program; nothing to undo
    run: rdmactl sock config  # the defaults of new sockets
    run: rdmactl sock who  # what goes over RDMA
    """#
}
