extension GlossaryText {
  /// WindowsDocuments.md#verification and PortFacts.md#vstat: sections 10 to 14 of the WinOF VPI readme, and vstat.
  static let verification = #"""
    name: vstat
    also: vstat.exe; vstat -v; vstat -c; vstat -m; vstat -p; vstat -h; Verifying the IB fabric; starting and verifying
    stood: a tool of the driver package, readme section 10
    did: Showed adapters and ports; -v more, -m yet more, -c counters, -p again and again.
    here: rdmactl status, and its text in vstat's form for scripts that read it.
    run: rdmactl status  # every port, and why one is not active
    run: rdmactl status --format vstat  # the old text
    run: rdmactl status --counters  # counters
    run: rdmactl status --watch 5  # again and again

    name: PORT_DOWN
    also: port state down; PORT_DOWN (1); no link; Down
    stood: port_state of vstat
    did: No link: no cable, or nothing at its other end.
    here: State down; the physical state says more (polling, disabled, training).
    run: rdmactl status  # why
    run: rdmactl explain port.no_link  # the finding

    name: PORT_INITIALIZE
    also: PORT_INITIALIZED; PORT_INITIALIZE (2); PORT_INIT; Initializing; physical link; init
    stood: port_state of vstat (the readme calls it PORT_INITIALIZED)
    did: The link is there, and no subnet manager has set the port up.
    here: State init.
    run: rdmactl status  # why
    run: rdmactl sm list  # which subnet managers there are
    run: rdmactl sm start --wait  # run one

    name: PORT_ARMED
    also: PORT_ARMED (3); armed
    stood: port_state of vstat
    did: The subnet manager has begun with the port and not finished.
    here: State armed.
    run: rdmactl sm status  # whether the master is alive

    name: PORT_ACTIVE
    also: PORT_ACTIVE (4); logical link; active
    stood: port_state of vstat
    did: The port works.
    here: State active. With --wait a script can wait for it.
    run: rdmactl status --wait active --timeout 60 PORT  # until it is so

    name: PORT_ACTDEFER
    also: PORT_ACTDEFER (5); active defer; PORT_ACTIVE_DEFER
    stood: port_state of vstat
    did: The port was active, and its link dropped a moment ago.
    here: State active_defer.
    run: rdmactl status --watch  # what becomes of it

    name: port_phys_state
    also: POLLING; SLEEP; CFG_TRAINING; LINK_UP; LINK_ERROR_RECOVERY; PHY_TEST; physical state; phys_state
    stood: port_phys_state of vstat
    did: 1 sleep, 2 polling (looks for a link), 3 disabled, 4 training, 5 link up, 6 recovery, 7 test.
    here: physical_state: sleep, polling, disabled, training, link_up, recovery, test.
    run: rdmactl status  # state, physical state, and the reason

    name: ib_write_lat
    also: ib_read_lat; ib_send_lat; ib_write_bw; ib_read_bw; ib_send_bw; perftest; low level performance tests; -m
      MTU; latency tests; bandwidth tests
    stood: tools of the driver package, readme section 11
    did: Latency and bandwidth of RDMA write, RDMA read and send, between two machines; -m set the same MTU on both,
      -p the TCP port (18515), -c RC, UC or UD, -d the device, -i the port, -s or -a sizes, -n how often, -b both ways.
    here: The same names and options, in the package perftest. rdmactl perf runs them with the same options and the
      right GID index on both sides, within a time limit, and explains failures.
    knob: ibv_rc_pingpong; rping
    run: rdmactl perf listen bw  # one side; it prints what to type on the other
    run: rdmactl perf bw ADDRESS  # the other side; also lat
    run: rdmactl perf bw --loopback  # one host, without the network
    run: rdmactl status  # port, rate and MTU first

    name: WPP tracing
    also: WPP; tracelog; debug options; flags and levels; IBAL; MTHCA tracing; MLX4_HCA; WPP GUIDs;
      B199CE55-F8BF-4147-B119-DACD1E5987A6; 99DC84E3-B106-431E-88A6-4DD20C9BBDE3; 2C718E52-0D36-4BDA-9E58-0FC601818D8F;
      8BF1F640-63FE-4743-B9EF-FA38C695BFDE; 1752F07C-7E5C-402C-9C5F-AD21E572F852; F8C96A49-AE22-41E9-8025-D7E416884D89;
      E51BB6E2-914A-4E21-93C0-192F4801BBFF; 3F9BC73D-EB03-453A-B27B-20F9A664211A; 156A98A5-8FDC-4D00-A673-0638123DF336;
      D6FA8A24-9457-455D-9B49-3C1E5D195558; 2D4C03CC-E071-48E2-BDBD-526A0D69D6C9; 5AF07B3C-D119-4233-9C81-C07EF481CBE6
    stood: readme section 12: a GUID for each driver, half of them again for user space
    did: Traced the drivers, by GUID: B199CE55 and 99DC84E3 IBAL, 2C718E52 and 8BF1F640 MTHCA, 1752F07C and F8C96A49
      MLX4_HCA, E51BB6E2 MLX4_BUS, 3F9BC73D IPoIB, 156A98A5 WSD, D6FA8A24 and 2D4C03CC SDP, 5AF07B3C SRP. Flags and
      level could be set at the start or while the driver ran.
    here: Trace points of the groups rdma_cma, ib_cma, ib_mad, ib_umad, rdma_core, mlx5 and others, in an instance of
      their own; dynamic debug and debug_level of modules, restored at the end.
    knob: tracefs; dynamic_debug; debug_level; mcast_debug_level
    run: rdmactl trace list  # groups and modules of this machine
    run: rdmactl trace run rdma_cma ib_cma --for 10  # trace for ten seconds
    run: rdmactl trace run --debug-module ib_ipoib --for 10  # IPoIB talks in the kernel's log meanwhile

    name: DebugLevel
    also: DebugFlags; NdkDebugLevel; NdkDebugFlags; driver debug level
    stood: values of the IPoIB driver (2, 0xfff), the bus driver (3, 0xffff) and the SRP driver (2)
    did: How much the driver traced, and of what.
    here: Parameters of the modules and dynamic debug.
    knob: debug_level; dynamic_debug
    run: rdmactl trace run --debug-module ib_ipoib --for 10  # IPoIB
    run: rdmactl explain WPP  # tracing in general

    name: Uninstall and update
    also: Clean Uninstall; Driver Update; Add or Remove Programs; driver update and uninstall process
    stood: readme section 13
    did: Removed by Add or Remove Programs; an update was not supported: remove, install, restart.
    none: packages of the distribution are updated in place.
    run: apt upgrade rdma-core  # user space; drivers come with the kernel

    name: Documentation
    also: Release Notes; hello_world; SDK; hello_world.exe; documents
    stood: readme section 14
    did: Release notes, manuals, and an SDK with the example hello_world.
    here: Manual pages; the examples of librdmacm and libibverbs.
    run: man rdmactl  # begin here
    run: man 7 rdmactl-windows  # these entries as a page
    """#
}
