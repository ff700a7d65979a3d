extension FindingEntries {
  /// What deals with a finding, where its own message has no names to put in.
  static let stepsText = """
    port.*
      rdmactl status -v PORT  # all that the kernel says of the port
      rdmactl status --wait up PORT  # until it has a link
    port.no_sm
      rdmactl sm list PORT  # which subnet managers there are
      rdmactl sm start PORT --wait  # run one here
    port.sm_lost
      rdmactl sm list PORT  # which subnet managers there are
      rdmactl sm status PORT  # whether the master is alive
    port.armed
      rdmactl status --wait active PORT  # until it is active
      rdmactl sm list PORT  # which subnet managers there are
    port.active_defer
      rdmactl status --watch PORT  # what becomes of it
    port.netdev_down
      ip link set dev IF up  # switch the interface on
    port.no_carrier
      ethtool IF  # what the interface says of its link
      ethtool -m IF  # the module
    port.gid_link_local_only
      ip address add ADDRESS/PREFIX dev IF  # an address, and with it a GID
    port.gid_table_empty
      rdmactl gid list PORT  # the table
      devlink dev param show pci/ADDRESS name enable_roce  # whether RoCE is switched on
    port.netdev_elsewhere
      rdma system show  # whether name spaces share RDMA devices
      rdmactl gid list PORT  # the interfaces of its GIDs
    port.vf_disabled
      ip link show dev PF  # the state of each virtual function
      ip link set dev PF vf N state auto  # follow the physical function's link
    port.vf_not_virtualized
      ip link show dev PF  # GUIDs and state of each virtual function
      rdmactl sm list  # which subnet managers there are
    port.ipoib_no_carrier
      rdmactl sm list PORT  # which subnet managers there are
      rdmactl sm lint  # partitions without the flag ipoib
    port.lag_leg_down
      cat /proc/net/bonding/BOND  # the state of each member
    port.link_narrow
      rdmactl fabric links --degraded  # every link that could have more lanes
    port.flapping
      rdmactl status --counters PORT  # how often it went down
    port.counter_saturated
      rdmactl fabric errors --clear NODE  # count from 0 again
    port.lag_mtu_differs
      rdmactl offload show IF1 --diff IF2  # how the members differ
    port.lag_backup_promiscuous
      ip -d link show dev IF  # whether it is promiscuous
    adapter.firmware_old
      rdmactl fw query -d DEVICE  # the version on the flash
    host.shared_subnet
      ip -4 route  # the subnets of each interface
    host.bond_of_one_card
      rdmactl status -v  # which ports are of which card
    host.mixed_drivers
      modinfo -F filename mlx5_core  # where a module is from
    sock.*
      rdmactl sock who  # what goes over RDMA, and what does not although it was started so
      rdmactl sock run --report -- PROGRAM  # what this version leaves to TCP
    perf.*
      rdmactl status  # port, rate and MTU
      rdmactl perf bw --loopback  # one host, without the network
    event.*
      rdmactl events  # when it happened, and what to run
      rdmactl status  # the adapters as they are now
    srp.*
      rdmactl srp show  # connections of this host
      rdmactl srp list  # targets on the fabric
      rdmactl events  # what the kernel says of logins
    igmp.*
      rdmactl igmp show  # version, reason and groups
    trace.*
      rdmactl trace list  # groups and modules of this machine
    boot.*
      rdmactl boot show  # the table
    counters.*
      rdmactl counters --watch PORT  # how fast they move
      rdmactl counters PORT  # what each of them means
    roce.*
      rdmactl roce check NAME  # each setting, as it is and as it should be
      rdmactl roce set NAME --profile lossless --dry-run  # what would be set
    gid.*
      rdmactl gid list  # every GID with its interface
      rdmactl gid best  # the index to use
    port.ethernet
      rdmactl status PORT  # link layer and network interface
    adapter.*
      rdmactl status -v  # all that the kernel says of the adapters
      dmesg --level=err,warn  # what the driver says
    adapter.in_another_netns
      rdma system show  # whether name spaces share RDMA devices
    adapter.guid_duplicate
      rdmactl guid2mac --check  # the GUIDs of this machine
      rdmactl fw set-guids -d DEVICE --guid GUID --dry-run  # other ones
    adapter.no_driver
      lspci -k -s ADDRESS  # the drivers that could take it
      dmesg --level=err,warn  # why one gave up
    adapter.flash_recovery
      rdmactl fw query -d DEVICE  # what is on the flash
      rdmactl fw recover -d DEVICE --dry-run  # the way back
    adapter.pcie_*
      lspci -vv -s ADDRESS  # the link's state and capabilities
      dmesg  # what the kernel says of the slot
    host.no_umad
      modprobe ib_umad  # load it
    host.memlock_low
      ulimit -l  # KiB that this shell may lock
    host.no_device_nodes
      ls -l /dev/infiniband  # what is there
    expect.*
      rdmactl status  # the ports as they are
    wait.*
      rdmactl status  # why it is not so yet
    guid.*
      rdmactl guid2mac --check  # the local ports
      rdmactl fw query -d DEVICE  # the GUIDs on the card
      rdmactl fw set-guids -d DEVICE --guid GUID --dry-run  # other ones
    mac.*
      rdmactl guid2mac --check  # the local ports
      rdmactl guid2mac --suggest GUID  # masks, best first
    mac.not_invertible
      rdmactl guid2mac GUID  # forwards, from a GUID that is known
    mask.*
      rdmactl guid2mac --suggest GUID  # masks, best first
      rdmactl guid2mac --check --apply  # store what the local ports need
    fabric.*
      rdmactl fabric check  # every finding of the subnet
      rdmactl fabric discover  # what is there
    fabric.duplicate_*
      rdmactl fabric check  # who has it
      rdmactl fw set-guids -d DEVICE --guid GUID --dry-run  # on the host of one of them
    fabric.no_sm
      rdmactl sm list  # which subnet managers there are
      rdmactl sm start --wait  # run one here
    fabric.m_key_violations
      rdmactl sm lint  # keys and partitions of opensm
    fabric.p_key_violations
      rdmactl sm lint  # keys and partitions of opensm
    fabric.q_key_violations
      rdmactl sm lint  # keys and partitions of opensm
    fabric.degraded_*
      rdmactl fabric links --degraded  # the links below what both ends can do
    fabric.asymmetric_link
      rdmactl fabric links --degraded  # the links below what both ends can do
    fabric.error_counters
      rdmactl fabric errors  # the counters
      rdmactl fabric errors --clear --dry-run  # what clearing would do
    fabric.route_*
      rdmactl fabric route A B  # the way from one to the other
      rdmactl sm reload  # make opensm compute the routes again
    fabric.lid_not_routed
      rdmactl fabric check  # which LID, at which switch
      rdmactl sm reload  # make opensm compute the routes again
    sm.*
      rdmactl sm list  # which subnet managers there are
      rdmactl sm status  # what runs here
    sm.none
      rdmactl sm start --wait  # run one
    sm.no_master
      rdmactl sm list  # those that stand by
      rdmactl sm handover GUID  # make one the master
    sm.several_masters
      rdmactl sm list  # who they are
      rdmactl sm disable GUID  # all but one
    sm.too_many
      rdmactl sm list  # who they are
      rdmactl sm stop PORT  # one that runs here
    sm.master_*
      rdmactl sm log PORT  # what it says, where it runs here
      rdmactl sm restart PORT  # restart it
    link.*
      rdmactl link show NAME  # module, cable, and why the link is down
    sm.lint.*
      rdmactl sm lint  # file, line and value
      rdmactl sm lint --show  # what opensm really works with
    offload.*
      rdmactl offload show IF  # its value, and why it cannot be changed
      rdmactl offload history  # what was changed, and when
    change.*
      rdmactl history  # what was changed, by whom and when
    change.conflict
      rdmactl history  # what was changed, by whom and when
      rdmactl undo --force-conflicts --dry-run  # show what would be restored
    flash.*
      rdmactl fw query -d DEVICE  # what is on the flash
      rdmactl fw recover -d DEVICE --dry-run  # the way back
    firmware.*
      rdmactl fw query -d DEVICE  # the version on the flash, and the one that runs
    plan.*
      rdmactl fabric plan check FILE  # the cables beside the plan
      rdmactl fabric links  # the cables that are there
    snapshot.*
      rdmactl snapshot verify FILE  # digests, and the answers once more
    netns.*
      rdmactl netns  # the mode, and what is in which name space
    events.*
      dmesg  # the kernel's log
    tables.*
      rdmactl fabric tables SWITCH  # the tables of a switch
    image.*
      rdmactl fw verify -i FILE  # which part is damaged
    """
}
