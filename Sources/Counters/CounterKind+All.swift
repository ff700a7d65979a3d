extension CounterKind {
  /// Sources: InfiniBand specification vol. 1, 16.1.3.5 and 16.1.4; the kernel's drivers/infiniband/hw (mlx5 counters.c, bnxt_re
  /// hw_counters.c, irdma verbs.c), sw/rxe/rxe_hw_counters.c; Documentation/networking/device_drivers/ethernet/mellanox/mlx5/counters.rst.
  package static let all: [CounterKind] = link + congestion + transport + congestionControl + drops + traffic

  private static let link: [CounterKind] = [
    CounterKind("symbol_error", .link, "bit errors on the lanes of the link", .symbolErrors),
    CounterKind("link_error_recovery", .link, "times that the link recovered from errors", .symbolErrors),
    CounterKind("link_downed", .link, "times that the link went down because recovery failed", .flaps),
    CounterKind("port_rcv_errors", .link, .packets, "packets received with an error", .symbolErrors),
    CounterKind(
      "port_rcv_remote_physical_errors", .link, .packets,
      "packets that another node had marked as damaged: the fault is elsewhere"),
    CounterKind("local_link_integrity_errors", .link, "times that local errors passed their threshold", .symbolErrors),
    CounterKind("excessive_buffer_overrun_errors", .link, "times that the receive buffer overran without end"),
    CounterKind("rx_crc_errors_phy", .link, .packets, "frames received with a wrong checksum", .symbolErrors),
    CounterKind("rx_symbol_err_phy", .link, "symbol errors of the Ethernet link", .symbolErrors),
    CounterKind("rx_pcs_symbol_err_phy", .link, "symbol errors that FEC did not correct", .symbolErrors),
    CounterKind("link_down_events_phy", .link, "times that the Ethernet link went down", .flaps),
    CounterKind(
      "rx_icrc_encapsulated", .link, .packets, "RoCE packets with a wrong ICRC: damaged on the way", .symbolErrors),
  ]

  private static let congestion: [CounterKind] = [
    CounterKind(
      "port_xmit_wait", .congestion, .ticks,
      "time with data to send and no credit: the other end, or what is behind it, is slow"),
    CounterKind(
      "rx_prioN_pause", .congestion, .packets, "pause frames received for a priority: the switch is congested",
      .pauseStorm),
    CounterKind(
      "tx_prioN_pause", .congestion, .packets, "pause frames sent for a priority: this host receives too slowly",
      .pauseStorm),
    CounterKind(
      "rx_prioN_pause_duration", .congestion, .microseconds, "time that sending was paused by the switch", .pauseTime),
    CounterKind(
      "tx_prioN_pause_duration", .congestion, .microseconds, "time that this host paused the switch", .pauseTime),
    CounterKind("rx_pause_ctrl_phy", .congestion, .packets, "link-level pause frames received", .pauseStorm),
    CounterKind("tx_pause_ctrl_phy", .congestion, .packets, "link-level pause frames sent", .pauseStorm),
    CounterKind("rx_global_pause", .congestion, .packets, "global pause frames received", .pauseStorm),
    CounterKind("tx_global_pause", .congestion, .packets, "global pause frames sent", .pauseStorm),
  ]

  private static let transport: [CounterKind] = [
    CounterKind(
      "out_of_sequence", .transport, .packets, "packets received out of order: some before them were lost",
      .retransmissions),
    CounterKind(
      "packet_seq_err", .transport, .packets, "NAKs received for a wrong sequence number: what was sent got lost",
      .retransmissions),
    CounterKind("local_ack_timeout_err", .transport, "requests whose acknowledgement did not come in time", .timeouts),
    CounterKind("implied_nak_seq_err", .transport, "acknowledgements received out of order", .retransmissions),
    CounterKind(
      "duplicate_request", .transport, .packets, "requests received twice: the peer sent them again", .retransmissions),
    CounterKind(
      "req_transport_retries_exceeded", .transport, "connections lost because no retry was answered", .lostConnections),
    CounterKind("roce_adp_retrans", .transport, .packets, "adaptive retransmissions", .retransmissions),
    CounterKind("roce_adp_retrans_to", .transport, "adaptive retransmissions after a timeout", .retransmissions),
    CounterKind("roce_slow_restart", .transport, "times that slow restart was used after a loss"),
    CounterKind("roce_slow_restart_cnps", .transport, .packets, "notifications sent for slow restart"),
    CounterKind("roce_slow_restart_trans", .transport, "times that slow restart changed its state"),
    CounterKind(
      "rnr_nak_retry_err", .transport, .packets, "NAKs received because the peer had no receive buffer posted",
      .notReady),
    CounterKind(
      "req_rnr_retries_exceeded", .transport, "connections lost because the peer never had a receive buffer",
      .lostConnections),
    CounterKind("req_cqe_error", .transport, "send requests that ended with an error"),
    CounterKind("req_cqe_flush_error", .transport, "send requests flushed after an error"),
    CounterKind("resp_cqe_error", .transport, "receive requests that ended with an error"),
    CounterKind("resp_cqe_flush_error", .transport, "receive requests flushed after an error"),
    CounterKind("req_remote_access_errors", .transport, "requests that the peer refused: wrong key, address or right"),
    CounterKind(
      "resp_remote_access_errors", .transport, "requests of peers that were refused: wrong key, address or right"),
    CounterKind("req_remote_invalid_request", .transport, "requests that the peer called invalid"),
    CounterKind("resp_local_length_error", .transport, "messages that were longer than their receive buffer"),
    CounterKind(
      "out_of_seq_request", .transport, .packets, "packets received out of order (soft RoCE)", .retransmissions),
    CounterKind(
      "rcvd_seq_err", .transport, .packets, "NAKs received for a wrong sequence number (soft RoCE)", .retransmissions),
    CounterKind(
      "retry_exceeded_err", .transport, "connections lost because no retry was answered (soft RoCE)", .lostConnections),
    CounterKind(
      "retry_rnr_exceeded_err", .transport, "connections lost because the peer never had a receive buffer (soft RoCE)",
      .lostConnections),
    CounterKind(
      "rcvd_rnr_err", .transport, .packets, "NAKs received because the peer had no receive buffer posted (soft RoCE)",
      .notReady),
    CounterKind(
      "send_rnr_err", .transport, .packets, "NAKs sent because no receive buffer was posted here (soft RoCE)", .notReady
    ),
    CounterKind("completer_retry_err", .transport, "requests sent again (soft RoCE)", .retransmissions),
    CounterKind("ack_deferred", .transport, "acknowledgements that were put off (soft RoCE)"),
    CounterKind("to_retransmits", .transport, .packets, "packets sent again after a timeout (bnxt_re)", .timeouts),
    CounterKind(
      "seq_err_naks_rcvd", .transport, .packets, "NAKs received for a wrong sequence number (bnxt_re)", .retransmissions
    ),
    CounterKind(
      "max_retry_exceeded", .transport, "connections lost because no retry was answered (bnxt_re)", .lostConnections),
    CounterKind(
      "rnr_naks_rcvd", .transport, .packets, "NAKs received because the peer had no receive buffer posted (bnxt_re)",
      .notReady),
    CounterKind("tcpRetransSegs", .transport, .packets, "TCP segments sent again (iWARP)", .retransmissions),
  ]

  private static let congestionControl: [CounterKind] = [
    CounterKind(
      "np_cnp_sent", .congestionControl, .packets, "congestion notifications sent: packets arrived marked by a switch",
      .notifications),
    CounterKind(
      "np_ecn_marked_roce_packets", .congestionControl, .packets, "RoCE packets that arrived marked by a switch (ECN)"),
    CounterKind(
      "rp_cnp_handled", .congestionControl, .packets, "congestion notifications received that slowed a sender down",
      .notifications),
    CounterKind(
      "rp_cnp_ignored", .congestionControl, .packets,
      "congestion notifications received and not acted upon: congestion control is off for that priority"),
    CounterKind("tx_cnp", .congestionControl, .packets, "congestion notifications sent (bnxt_re)", .notifications),
    CounterKind("rx_cnp", .congestionControl, .packets, "congestion notifications received (bnxt_re)", .notifications),
    CounterKind("cnpSent", .congestionControl, .packets, "congestion notifications sent (irdma)", .notifications),
    CounterKind(
      "cnpHandled", .congestionControl, .packets, "congestion notifications received that slowed a sender down (irdma)",
      .notifications),
    CounterKind(
      "cnpIgnored", .congestionControl, .packets, "congestion notifications received and not acted upon (irdma)"),
    CounterKind("RxECNMrkd", .congestionControl, .packets, "packets that arrived marked by a switch (irdma)"),
  ]

  private static let drops: [CounterKind] = [
    CounterKind(
      "out_of_buffer", .drops, .packets, "packets dropped because no receive buffer was posted", .outOfBuffer),
    CounterKind(
      "rx_out_of_buffer", .drops, .packets, "packets dropped because the network interface had no receive buffer",
      .outOfBuffer),
    CounterKind(
      "port_xmit_discards", .drops, .packets, "packets dropped on their way out: congestion, or the port was down",
      .discards),
    CounterKind("port_rcv_switch_relay_errors", .drops, .packets, "packets that could not be forwarded"),
    CounterKind("port_xmit_constraint_errors", .drops, .packets, "packets that a filter of P_Keys kept from leaving"),
    CounterKind("port_rcv_constraint_errors", .drops, .packets, "packets that a filter of P_Keys kept from entering"),
    CounterKind("vl15_dropped", .drops, .packets, "management packets dropped for want of a buffer"),
    CounterKind(
      "rx_discards_phy", .drops, .packets, "packets dropped because the buffer of the port was full", .discards),
    CounterKind("tx_discards_phy", .drops, .packets, "packets dropped on their way out", .discards),
    CounterKind(
      "rx_prioN_discards", .drops, .packets, "packets of a priority dropped because its buffer was full", .discards),
    CounterKind(
      "rx_prioN_cong_discard", .drops, .packets, "packets of a priority dropped by congestion control", .discards),
    CounterKind(
      "oos_drop_count", .drops, .packets, "packets dropped for being out of order (bnxt_re)", .retransmissions),
  ]

  private static let traffic: [CounterKind] = [
    CounterKind("port_xmit_data", .traffic, .words, "data sent"),
    CounterKind("port_rcv_data", .traffic, .words, "data received"),
    CounterKind("port_xmit_packets", .traffic, .packets, "packets sent"),
    CounterKind("port_rcv_packets", .traffic, .packets, "packets received"),
    CounterKind("unicast_xmit_packets", .traffic, .packets, "unicast packets sent"),
    CounterKind("unicast_rcv_packets", .traffic, .packets, "unicast packets received"),
    CounterKind("multicast_xmit_packets", .traffic, .packets, "multicast packets sent"),
    CounterKind("multicast_rcv_packets", .traffic, .packets, "multicast packets received"),
    CounterKind("rx_write_requests", .traffic, "RDMA writes received"),
    CounterKind("rx_read_requests", .traffic, "RDMA reads received"),
    CounterKind("rx_atomic_requests", .traffic, "atomic operations received"),
    CounterKind("rx_dct_connect", .traffic, "connections of the dynamically connected transport"),
    CounterKind("sent_pkts", .traffic, .packets, "packets sent (soft RoCE)"),
    CounterKind("rcvd_pkts", .traffic, .packets, "packets received (soft RoCE)"),
    CounterKind("rdma_sends", .traffic, "sends (soft RoCE)"),
    CounterKind("rdma_recvs", .traffic, "receives (soft RoCE)"),
  ]
}
