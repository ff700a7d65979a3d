extension GlossaryText {
  /// Today's tools, and what leads to another tool.
  static let tools = #"""
    name: ethtool
    also: ethtool -K; ethtool -G; ethtool -C; ethtool -L; ethtool -X; ethtool -A; Get-NetAdapterRdma;
      Get-NetAdapterAdvancedProperty; Set-NetAdapterAdvancedProperty
    did: Shows and sets features, rings, queues and moderation of an interface.
    here: rdmactl offload does it with reasons, one journal and undo; it takes ethtool's names.
    run: rdmactl offload show IF  # as ethtool -k, -g, -c, -l and -x
    run: rdmactl offload set IF tso=off rx-ring=4096  # as ethtool -K, -G, -C, -L and -X

    name: ibstat
    also: ibstatus; ibv_devinfo; ibv_devices; lshca; hca_self_test; hca_self_test.ofed; rdma link
    did: Print adapters, ports and their states.
    here: rdmactl status, which also says why a port is not active.
    run: rdmactl status  # all ports
    run: rdmactl status -v  # all details

    name: ibnetdiscover
    also: ibhosts; ibswitches
    did: Print the nodes and links of a subnet.
    here: rdmactl fabric discover.
    run: rdmactl fabric discover  # every node and its links
    run: rdmactl fabric discover --format ibnetdiscover  # in the format of ibnetdiscover

    name: ibroute
    also: dump_fts; dump_lfts; dump_mfts; check_lft_balance; ibfindnodesusing
    did: Print the forwarding tables of a switch.
    here: rdmactl fabric tables, with their balance and who uses a link.
    run: rdmactl fabric tables leaf0  # unicast and multicast tables
    run: rdmactl fabric tables leaf0 --use 5  # who sends through port 5

    name: saquery
    also: smpquery; smpquery pkeys; ibtracert
    did: Query the subnet administration, or the agent of a port.
    here: rdmactl fabric path, groups, partitions, route and port.
    run: rdmactl fabric path host1 host7  # the path that applications get
    run: rdmactl fabric groups  # multicast groups and their members
    run: rdmactl fabric partitions  # P_Keys and their members

    name: ibping
    did: Ask a port by LID and measure the round trip.
    here: rdmactl fabric ping, which needs no server on the other side.
    run: rdmactl fabric ping host7  # by LID and by directed route

    name: ibportstate
    did: Show a port, switch it off and on, limit its speed and width.
    here: rdmactl fabric port, which asks, refuses to cut this machine off, and can be undone.
    run: rdmactl fabric port leaf1/3  # both ends
    run: rdmactl fabric port leaf1/3 disable --dry-run  # what would be cut off

    name: iblinkinfo
    did: Print the state, width and speed of every link.
    here: rdmactl fabric links, with the slow and unstable links first.
    run: rdmactl fabric links  # every cable once

    name: ibqueryerrors
    also: perfquery; ibcheckerrors; ibclearerrors; ibclearcounters
    did: Print error counters above their thresholds.
    here: rdmactl fabric errors.
    run: rdmactl fabric errors  # the counters above their thresholds

    name: sminfo
    also: smpquery sminfo; master sm
    did: Prints the master subnet manager.
    here: rdmactl sm list prints all subnet managers, the master first.
    run: rdmactl sm list  # all of the subnet
    run: rdmactl sm status  # whether the master is alive

    name: DAPL
    also: uDAPL; dat.conf; libdat2
    did: An old interface for RDMA programs beside verbs.
    none: Distributions no longer have it; programs use verbs, libfabric or UCX.
    run: rdmactl status  # the devices that verbs programs see

    name: SHARP
    also: sharp_am; sharpd; in-network computing; aggregation manager
    did: Switches compute reductions for MPI and NCCL.
    none: rdmactl does not configure it; the vendor's sharp_am does.
    run: rdmactl fabric discover  # the switches
    """#
}
