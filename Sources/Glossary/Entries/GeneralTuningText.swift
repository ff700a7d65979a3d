extension GlossaryText {
  /// WindowsDocuments.md#general-tuning: section 6.2 of the WinOF VPI readme.
  static let generalTuning = #"""
    name: General Tuning
    also: Performance tab; performance tuning; Performance is low; tuning; mlnx_tune; sysctl_perf_tuning
    stood: a button on the Performance tab of the Ethernet adapter's properties; readme section 6.2.1
    did: Changed some registry values, disabled the firewall's services and wrote the old values to a log. Once, on
      one adapter, was enough.
    rules: It might ask for a restart.
    here: Profiles: readme-2003 and readme-2008 are what the button did, translated; throughput, latency and balanced
      are computed for this machine. Every value has a reason and can be undone. No service is stopped.
    run: rdmactl offload tune show readme-2008 IF  # each value, now and then, and why
    run: rdmactl offload tune apply throughput IF  # change them
    run: rdmactl offload tune undo  # take them back

    name: TcpWindowSize
    also: receive window; tcp window
    stood: REG_DWORD in HKLM\...\Services\Tcpip\Parameters (2003)
    did: The TCP receive window. General Tuning sets 512K.
    rules: Adapters of 1 Gb/s and 100 Mb/s could lose their connection with it: then 0xFFFF, or remove the value.
    here: The kernel chooses the window between the bounds of tcp_rmem (least, first, most; 4096 131072 6291456 where
      nobody changed them), and rmem_max bounds what a program may ask for.
    knob: net.ipv4.tcp_rmem; net.core.rmem_max; net.ipv4.tcp_wmem; net.core.wmem_max; net.core.rmem_default;
      net.ipv4.tcp_moderate_rcvbuf
    run: rdmactl offload show  # the TCP settings
    run: rdmactl offload set tcp_rmem="4096 131072 16777216"  # for long ways with high rates

    name: Tcp1323Opts
    also: RFC 1323; window scaling; TCP window scaling
    stood: REG_DWORD in HKLM\...\Services\Tcpip\Parameters (2003)
    did: Window scaling and time stamps of TCP. General Tuning sets 1.
    range: 0 none, 1 scaling, 2 time stamps, 3 both (3)
    here: Two settings: tcp_window_scaling (0 or 1), and tcp_timestamps (0 off, 1 on with random offsets, 2 on
      without). The kernel takes other numbers too; rdmactl does not.
    knob: net.ipv4.tcp_window_scaling; net.ipv4.tcp_timestamps
    run: rdmactl offload show  # both
    run: rdmactl offload set tcp_window_scaling=1 tcp_timestamps=0  # what 1 meant

    name: timestamps
    also: netsh int tcp set global timestamps; TCP timestamps
    stood: netsh int tcp set global timestamps=disabled (2008); the readme wants it on both sides
    did: Left 12 bytes out of every segment.
    range: enabled or disabled
    rules: Without time stamps TCP loses its protection against wrapped sequence numbers, and its measure of the round
      trip.
    here: tcp_timestamps: 0 off, 1 on with random offsets (the default), 2 on without.
    knob: net.ipv4.tcp_timestamps
    run: rdmactl offload show  # the TCP settings
    run: rdmactl offload set tcp_timestamps=0  # off

    name: SackOpts
    also: SACK; selective acknowledgement; selective ACK
    stood: REG_DWORD in HKLM\...\Services\Tcpip\Parameters (2003, 2008 and 2008 R2)
    did: Selective acknowledgement. General Tuning sets 0.
    range: 0 or 1 (1)
    here: tcp_sack. Leave it on: without it one lost packet costs a whole window, and Mellanox' own tuning script for
      Linux sets 1.
    knob: net.ipv4.tcp_sack
    run: rdmactl offload show  # the TCP settings
    run: rdmactl offload set tcp_sack=1  # on

    name: FastSendDatagramThreshold
    also: fast I/O datagram threshold
    stood: REG_DWORD in HKLM\...\Services\AFD\Parameters
    did: Larger datagrams left the short way through the socket code. General Tuning sets 64K.
    none: Linux has no such limit. Nearest are the send buffer (wmem_default), segmentation of UDP in the adapter, and
      MSG_ZEROCOPY in the program.
    knob: net.core.wmem_default; gso-udp; tx-udp-segmentation; rx-udp-gro-forwarding; MSG_ZEROCOPY; SO_SNDBUF
    run: rdmactl offload show IF  # UDP segmentation
    run: rdmactl offload set wmem_default=4194304  # a larger send buffer for new sockets

    name: BFE
    also: Base Filtering Engine; MpsSvc; Windows Firewall; Windows Firewall service; ICS; Internet Connection Sharing;
      Windows Firewall/Internet Connection Sharing (ICS); firewall
    stood: Windows services; General Tuning disabled them (2003: Windows Firewall/Internet Connection Sharing; 2008:
      BFE and MpsSvc)
    did: Filtered packets.
    none: rdmactl never stops a firewall. It says which rules there are and that connection tracking costs something.
    knob: nf_conntrack; nftables; firewalld
    run: rdmactl offload tune show readme-2008 IF  # says what the filter costs
    run: nft list ruleset  # the rules

    name: performancetunning.log
    also: performancetuning.log; %HOMEDRIVE%\windows\system32\logfiles\performancetunning.log
    stood: %HOMEDRIVE%\windows\system32\logfiles (spelled so)
    did: Kept the values from before General Tuning; a person could put them back from it.
    here: A journal that is written before the first change, and a command that puts them back.
    run: rdmactl offload history  # what was changed, and when
    run: rdmactl offload tune undo  # put it back

    name: Restart after tuning
    also: reboot after tuning; needed on one adapter only
    stood: readme section 6.2.1
    did: Some of the values needed a restart of the computer.
    none: no setting of rdmactl needs a restart, and settings are lost at reboot unless persist stored them.
    run: rdmactl offload tune persist  # files that keep the values

    name: I/OAT advice
    also: 256-byte messages activate I/OAT; I/OAT driver; latest I/OAT driver
    stood: readme section 6.2.2
    did: Wanted the newest I/OAT driver; messages of 256 bytes and more use it, which costs latency and gives
      throughput.
    none: TCP on Linux uses no DMA engine for its copies any more.
    run: rdmactl explain netdma  # what became of it

    name: Smaller receive ring
    also: reducing the receive ring size
    stood: readme section 6.2.2
    did: On some machines a smaller receive ring is faster: it stays in the cache.
    here: The receive ring.
    knob: rx-ring
    run: rdmactl offload try IF rx-ring=256 --revert-after 60  # reverts after a minute
    """#
}
