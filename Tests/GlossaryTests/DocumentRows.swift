/// The names in the rows of WindowsDocuments.md, written down from the document and not from the entries: each must be
/// found exactly.
enum DocumentRows {
  static let names: [String] =
    // 3.1
    ["TCP on SAN", "SendBuffers", "ReceiveBuffers", "inline_default", "iomap_size", "polling_time", "wake_up_interval"]
    + ["sqsize_default", "rqsize_default", "wmem_default", "mem_default"]
    // 3.2
    + ["EnableTCPChimney", "EnableTCPA", "NetDMA", "EnableRSS", "EnableRss", "MinPacketSizeToDma"]
    + ["DmaSyncCompletionHighThreshold", "REG_MULTI_SZ port lists", "MaxNumRssCpus", "RssBaseCpu"]
    + ["*MaxRSSProcessors", "*RssBaseProcNumber", "*NumaNodeID", "*RssBaseProcGroup"]
    + ["VMQ", "*VMQ", "*VMQLookaheadSplit", "*VMQVlanFiltering", "*RssOrVmqPreference", "NDIS 5.1", "NDIS 5.2", "SNP"]
    + ["netsh int tcp show global", "netstat -t", "DCA", "netsh int tcp set global chimney=automatic"]
    + ["netsh int ip set chimney", "netsh int tcp set global rss=enabled", "netsh int tcp set global dca=enabled"]
    // 3.3
    + ["sc start mst", "mst status", "mtNNNN_pciconf0", "mtNNNN_pci_cr0", "flint", "-guid", "-mac", "msiexec"]
    + [
      "minimum firmware", "device ID", "23108", "25204", "25208", "25218", "25408", "25418", "25448", "25458", "26418",
    ]
    + ["26428", "26448", "26458", "WDF 1.5", "VPI"]
    // 3.4
    + ["PayloadMtu", "SendChksum", "RecvChksum", "lso", "*LsoV1IPv4", "*LsoV2IPv4", "*LsoV2IPv6", "LSOSize"]
    + ["LSOMinSegment", "LSOTcpOptions", "LSOIpOptions", "CmEnabled", "CmPayloadMtu", "RqDepth", "SqDepth"]
    + ["RqLowWatermark", "RecvRatio", "SaTimeout", "SaRetries", "MCLeaveRescan", "BCJoinRetry"]
    + ["bypass_check_bcast_rate", "GUIDMask", "NetworkAddress", "*NetworkDirect", "RDMACapable", "MediumType802_3"]
    + ["RecvCompletionMethod", "*InterruptModeration", "DebugLevel", "DebugFlags", "part_man", "PartitionKey"]
    + ["bypass", "static IP of IPoIB", "Advanced tab", "IGMP", "netsh routing ip igmp install", "KB 815752"]
    + ["servermanagercmd -install NPAS-RRAS-Services", "igmpprototype=igmprtrv2"]
    // 3.5
    + ["OpenSM", "opensm.exe", "first port that is not down", "opensm -h", "opensm -v", "ibdiagnet", "osm.syslog"]
    + ["osm.log", "SUBNET UP", "Not more than two subnet managers", "opensm -l", "opensm -smkey", "opensm --sm_sl"]
    + ["opensm -r", "opensm -R", "minhop", "updn", "ftree", "lash", "dor", "opensm --perfmgr", "opensm --torus_config"]
    + ["opensm --prefix_routes_file", "opensm --consolidate_ipv6_snm_req", "opensm -F", "opensm -c"]
    // 3.6
    + ["up to 16 Rx queues", "TX checksum offload", "RX checksum offload", "LSO", "multicast filtering"]
    + ["adaptive interrupt moderation", "Send Completion Method", "Receive Completion Method"]
    + ["polling on send completion queue", "polling on receive completion queue", "MSI-X", "SingleMsixNum"]
    + ["MultiMsixNum", "VLAN stripping", "VLAN insertion", "HW VLAN filtering", "LogNumVlan", "LBFO", "bundle"]
    + [
      "high availability", "load balancing", "QoS", "EnableQoS", "UsePrio", "Tx arbitration mode", "flow control",
      "MTU",
    ]
    + [
      "*JumboPacket", "*ReceiveBuffers", "*TransmitBuffers", "Receive Ring Size", "LRO", "RSC", "*RscIPv4", "RSS mode",
    ]
    + ["No Dynamic Rebalancing", "PortType", "EnableRoce", "LogNumQp", "LogNumRdmaRc", "LogNumSrq", "LogNumCq"]
    + ["LogNumMcg", "LogNumMpt", "LogNumMtt", "LogMttsPerSeg", "LogNumMac", "BlockMcastLoopBack"]
    + ["InterruptFromFirstPacket", "MaximumWorkingThreads", "ModeFlags", "SlaveNum", "SrIov", "ProbeVf", "Set4kMtu"]
    + ["TunePci"]
    // 3.7
    + ["TcpWindowSize", "Tcp1323Opts", "SackOpts", "FastSendDatagramThreshold", "timestamps"]
    + ["netsh int tcp set global timestamps=disabled", "Windows Firewall", "ICS", "BFE", "MpsSvc", "General Tuning"]
    + ["performancetunning.log", "I/OAT", "mlnx_tune", "sysctl_perf_tuning", "tcp_low_latency", "netdev_max_backlog"]
    // 3.8
    + ["iSCSI boot", "sanboot", "StarWind", "MLNX_EN", "Repair option", "VLAN creation", "bundle creation"]
    + ["wrong processor type", "performance is low", "The driver doesn't start", "mlx4eth5", "mlx4eth6", "RUN_FW"]
    + ["RUN_FW command failed with error -22", "yellow sign", "Wireshark", "no Ethernet connectivity"]
    + ["system reboots", "packets are being lost", "successfully initialized and enabled", "failed to initialize"]
    + [
      "was reset", "failed to reset", "successfully stopped", "uses old firmware version", "link is up", "link is down",
    ]
    + ["RSS mode of both ports", "failed to create enough MSI-X vectors"]
    + ["IPoIB event 0x01", "IPoIB event 0x40", "IPoIB event 0x57", "IPoIB event 0x5B", "IPoIB event 0x63"]
    + ["IPoIB event 0x4E", "IPoIB event 0x55", "IPoIB event 0x59", "IPoIB event 0x5D", "mlx4_bus event 0x04"]
    + [
      "mlx4_bus event 0x06", "mlx4_bus event 0x08", "mlx4_bus event 0x0d", "mlx4_bus event 0x15", "MAP_FA", "QUERY_FW",
    ]
    + ["QUERY_DEV_CAP", "QUERY_ADAPTER", "too few QPs"]
    // 3.9
    + ["sc start sdp", "net stop sdp", "SdpApplications", "MIXED_SDP_APPLICATIONS", "MaximumRecvBufferSize"]
    + ["MaximumSendBufferSize", "SO_PROTOCOL_INFOW", "SO_CONNECT_TIME", "SO_LINGER", "SO_DONTLINGER", "FIONBIO"]
    + ["InstallSdpProvider.exe -l", "InstallSdpProvider.exe", "is SDP being used?", "SdpConnect", "iperf", "ttcp"]
    + ["ntttcp", "netpipe", "iometer"]
    // 3.10
    + ["installsp.exe", "installsp.exe -i", "IBWSD_NO_READ", "IBWSD_POLL", "IBWSD_SA_RETRY", "IBWSD_SA_TIMEOUT"]
    + ["IBWSD_NO_IPOIB", "IBWSD_DBG", "IB winsock direct", "total sent bytes", "SRP", "WSD"]
    // 3.11
    + ["vstat", "PORT_INITIALIZED", "PORT_ACTIVE", "PORT_DOWN", "ib_write_lat", "ib_read_lat", "ib_send_lat"]
    + ["ib_write_bw", "ib_read_bw", "ib_send_bw", "WPP", "B199CE55-F8BF-4147-B119-DACD1E5987A6"]
    + ["{5AF07B3C-D119-4233-9C81-C07EF481CBE6}", "tracelog", "uninstall and update", "hello_world", "documentation"]

  /// Linux settings that admins ask for by their own names.
  static let knobs = [
    "tso", "gso", "gro", "lro", "sg", "tx-csum", "rx-csum", "rx-hash", "rx-gro-hw", "vlan-rx", "vlan-tx", "vlan-filter",
    "ntuple", "hw-tc", "l2-fwd", "rx-all", "rx-fcs", "highdma", "rss", "rss-base", "rss-table", "rss-key",
    "rss-function",
    "rx-ring", "rx-mini-ring", "rx-jumbo-ring", "tx-ring", "channels", "channels-rx", "channels-tx",
    "channels-other", "adaptive-rx", "adaptive-tx", "rx-usecs", "rx-frames", "tx-usecs", "tx-frames", "pause-rx",
    "pause-tx", "pause-autoneg", "mtu", "gso-max-size", "gso-max-segs", "gro-max-size", "txqueuelen", "ipoib-mode",
    "rps",
    "xps", "napi-threaded", "gro-flush-timeout", "napi-defer", "irq-affinity", "tcp_sack", "net.ipv4.tcp_sack",
    "tcp_timestamps", "tcp_rmem", "rmem_max", "busy_poll", "tcp_window_scaling", "force_igmp_version",
    "recv_queue_size",
    "/proc/sys/net/ipv4/tcp_sack", "/etc/rdma/rsocket/sqsize_default", "large-receive-offload", "rx-checksumming",
  ]
}
