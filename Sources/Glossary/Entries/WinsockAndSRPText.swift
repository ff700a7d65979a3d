extension GlossaryText {
  /// WindowsDocuments.md#wsd-and-srp: sections 8 and 9 of the WinOF VPI readme.
  static let winsockAndSRP = #"""
    name: WSD
    also: Winsock Direct; Running Applications over WSD; WSD fall back
    stood: a provider for Windows sockets, readme section 8
    did: Carried TCP sockets of all programs over RDMA, and fell back to IPoIB when that failed.
    none: rsockets do it for one program that is started so; what they cannot carry stays on TCP in silence. SMC-R
      falls back to TCP as well.
    run: rdmactl sock run -- PROGRAM  # for one program, and it is checked
    run: rdmactl sock run --require -- PROGRAM  # without falling back
    run: rdmactl explain rsocket  # buffers and the like

    name: installsp
    also: installsp.exe; installsp.exe -i; installsp.exe -l; installsp.exe -r; ndinstall
    stood: readme section 8.1
    did: Installed (-i), listed (-l) or removed (-r) the WSD provider.
    none: sockets have no catalogue of providers here.
    run: rdmactl sock run -- PROGRAM  # in its place

    name: IBWSD_POLL
    also: IBWSD_NO_READ; IBWSD_SA_RETRY; IBWSD_SA_TIMEOUT; IBWSD_NO_IPOIB; IBWSD_DBG
    stood: environment variables of the WSD provider
    did: IBWSD_POLL (500): how long to poll; IBWSD_NO_READ: no RDMA read; IBWSD_SA_RETRY (4) and IBWSD_SA_TIMEOUT:
      queries to the subnet administrator; IBWSD_NO_IPOIB: no IPoIB; IBWSD_DBG: messages.
    here: Only polling has a counterpart: polling_time of rsockets, 10 microseconds without the file.
    knob: polling_time
    run: rdmactl sock config  # what is set
    run: rdmactl sock config set polling-time=100  # microseconds

    name: IB winsock direct
    also: perfmon; WSD performance counters; total sent bytes; total received bytes
    stood: an object of the Performance Monitor
    did: Bytes sent, received, read and written over WSD, completions, interrupts.
    here: Counters of the port and of queue pairs; none of single sockets.
    run: rdmactl sock who  # the connections
    run: rdmactl sock run --report -- PROGRAM  # bytes while a program runs
    run: rdmactl status --counters  # the port's counters
    run: rdma statistic show  # the driver's own
    run: rdma statistic qp show  # by queue pair, where the driver can

    name: SRP
    also: SCSI RDMA Protocol; SRP initiator; New Hardware Found Wizard; I/O unit; SRP miniport
    stood: a driver that was only copied at installation (beta), readme section 9
    did: Disks of a target on the fabric. The target had to be seen through a subnet manager before the driver went
      in.
    here: The module ib_srp; rdmactl finds targets and logs in, srp_daemon does it all the time.
    knob: ib_srp; add_target; cmd_sg_entries; ch_count; fast_io_fail_tmo; dev_loss_tmo; reconnect_delay;
      topspin_workarounds; srp_daemon.conf
    run: rdmactl srp list  # the targets on the fabric
    run: rdmactl srp list --format add-target  # the same, as lines for srp login
    run: rdmactl srp show  # connections and disks
    run: rdmactl sm list  # a subnet manager must run

    name: SRP ModeFlags
    also: ModeFlags
    stood: values of the SRP driver and of the bus driver
    did: ModeFlags=1 on x86 made SRP reads over 4 KB hang; in the mlx4 bus driver ModeFlags is 0.
    none: ib_srp has no such switch.
    """#
}
