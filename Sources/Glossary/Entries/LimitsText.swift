extension GlossaryText {
  /// WindowsDocuments.md#limits: sections 6.3 to 6.5 of the WinOF VPI readme.
  static let limits = #"""
    name: iSCSI boot
    also: Booting Windows from an iSCSI Target; sanboot; etherboot; gPXE; iPXE; FlexBoot; StarWind; boot from SAN;
      iBFT
    stood: readme section 6.3
    did: Windows could run from an iSCSI target; 2008 could not be installed there, 2003 needed a static address.
      Tested with StarWind 4.1.
    here: iPXE or FlexBoot leaves a table (iBFT) that the module iscsi_ibft shows in /sys/firmware/ibft; open-iscsi
      uses it. iSER does it over RDMA.
    knob: iscsi_ibft; ip=ibft; ib_iser
    run: rdmactl boot show  # the table, the interface and the RDMA device that it names
    run: rdmactl fw query -d DEVICE  # the boot ROMs on the card

    name: Mixed driver packages
    also: other drivers such as MLNX_EN; MLNX_EN; Mellanox WinIB; Repair option; reboot after uninstall; MLNX_OFED
    stood: readme section 6.4
    did: Only one driver package at a time; a restart after the removal; Repair did not repair the virtual miniport.
    here: The kernel's own drivers and MLNX_OFED should not be mixed: modules and libraries must be of one source.
    run: modinfo -F filename mlx5_core  # which module is used
    run: rdmactl status  # host.mixed_drivers
    run: dpkg -S libibverbs.so.1  # which package the library is of

    name: VLANs with DHCP
    also: dynamic IPs of one subnet; VLAN creation
    stood: readme section 6.4
    did: Several VLANs of one machine could not have addresses by DHCP from the same subnet.
    here: Possible, but answers may leave by the wrong interface: check rp_filter, arp_ignore and arp_announce.
    knob: rp_filter; arp_ignore; arp_announce
    run: ip rule list  # which table decides

    name: Bundle limits
    also: LBFO limits; bundle members; bundle creation
    stood: readme section 6.4
    did: Members stayed visible; task offload, RSS mode and MTU could not be changed in a bundle; it took up to a
      minute; adapters with VLANs were left out; a new card needed a new setup.
    here: A bond shows its members. An MTU set on the bond reaches them, TSO does not, in neither direction. VLANs go
      on top of the bond.
    run: rdmactl offload show IF  # names the master
    run: rdmactl offload show IF1 --diff IF2  # whether two members are set alike

    name: Remove VLANs before bundles
    also: Mellanox Virtual Miniport Driver; VLAN tab; uninstall order
    stood: readme section 6.4
    did: To remove the virtual miniport: first the VLANs, then the bundles.
    none: removing a bond or a VLAN is a command; no remains are left.
    run: ip link delete NAME  # a VLAN or a bond

    name: Driver does not start
    also: RSS mismatch; mlx4eth5; mlx4eth6; The driver doesn't start; RSS configuration mismatch; RSS mode of the two
      ports
    stood: readme section 6.5; sources mlx4eth5 and mlx4eth6 in the event log
    did: The Mellanox driver did not start when Windows' RSS and the adapter's did not agree; with MSI-X both ports
      needed the same RSS mode.
    none: Linux has no such rule.
    run: rdmactl status  # whether the driver runs
    run: rdmactl events  # what it says, with its meaning

    name: RUN_FW command failed with error -22
    also: RUN_FW; wrong firmware image; error -22
    stood: readme section 6.5; event log, source mlx4_bus
    did: A firmware image for another card was on the flash.
    here: The kernel says it too: "mlx4_core ... RUN_FW command failed"; rdmactl events shows it as
      event.firmware_wrong.
    run: rdmactl events  # when it happened
    run: rdmactl fw query -d DEVICE  # what is on the flash, and for which board
    run: rdmactl fw recover -d DEVICE --dry-run  # the way back
    run: rdmactl fw burn -d DEVICE -i FILE --dry-run  # an image with the right PSID

    name: Yellow sign
    also: Device Manager yellow sign; hardware error; disable and re-enable
    stood: readme section 6.5
    did: A hardware error: disable and enable the adapter in the Device Manager.
    here: Take the device off the bus and look for it again, or let devlink reload it.
    knob: /sys/bus/pci/rescan
    run: rdmactl status  # what is wrong
    run: rdmactl events  # what the driver reports
    run: devlink dev reload DEVICE  # restart it

    name: Sniffer on a bundle member
    also: Wireshark; network capture; no connectivity to a fault tolerance bundle; packet capture; sniffer
    stood: readme section 6.5
    did: A capture on the idle member of a bundle broke the connection.
    here: Capture on the bond, not on its members; rdmactl status finds a backup member that takes every packet.
    knob: PROMISC
    run: rdmactl status  # port.lag_backup_promiscuous
    run: tcpdump -i BOND  # capture on the bond

    name: No connectivity after tuning
    also: 1Gb/100Mb adapters after tuning; no Ethernet connectivity
    stood: readme section 6.5
    did: Slower adapters lost their connection because of TcpWindowSize: remove it, or set 0xFFFF.
    here: Take the tuning back.
    run: rdmactl offload tune undo  # all that a profile changed
    run: rdmactl explain TcpWindowSize  # what it is here

    name: System reboots with I/OAT
    also: reboot with I/OAT; DCA with 9K frames; system reboots
    stood: readme section 6.5
    did: Machines with I/OAT, DCA and 9K frames restarted on Windows Server 2008: no 9K frames.
    none: that path is not in Linux.

    name: Packets are being lost
    also: packet loss; packets lost; MTU larger than the switch
    stood: readme section 6.5
    did: The MTU of the port was larger than the switch takes.
    here: The same; and counters show where packets are lost.
    run: ping -M do -s 8972 HOST  # whether the way takes such packets
    run: rdmactl offload show IF  # MTU, rings and pause
    run: rdmactl status --counters  # the counters of the port
    run: rdmactl fabric errors  # those of the whole subnet

    name: Event: initialized
    also: successfully initialized and enabled; event initialised; port's network address;
      Mellanox ConnectX EN 10Gbit Ethernet Adapter <X> has been successfully initialized and enabled.;
      Mellanox ConnectX EN 10Gbit Ethernet Adapter <X> has been successfully initialized and enabled. The port's network
      address is <MAC Address>
    stood: the event log, readme section 6.5
    did: The adapter runs, with its MAC address.
    here: The driver's lines in the kernel's log; the device is there.
    run: rdmactl events --since 1h  # event.started
    run: rdmactl status  # the adapter, the ports, the MAC address

    name: Event: failed to initialize
    also: Failed to initialize Mellanox ConnectX EN 10Gbit Ethernet Adapter.; failed to initialize
    stood: the event log, readme section 6.5
    did: The adapter does not run.
    here: rdmactl status says what is missing: driver, firmware, RDMA device.
    run: rdmactl status  # why
    run: rdmactl events  # the driver's words, with their meaning

    name: Event: adapter reset
    also: was reset; failed to reset; Event: reset failed; adapter reset; The Mellanox ConnectX EN 10Gbit Ethernet was
      reset.; Failed to reset the Mellanox ConnectX EN 10Gbit Ethernet NIC. Try disabling then re-enabling the
      "Mellanox Ethernet Bus Driver" device via the Windows device manager.
    stood: the event log, readme section 6.5
    did: The driver reset the card; when that failed, the bus driver was to be disabled and enabled.
    here: The driver resets the card; devlink health keeps the reasons.
    knob: internal_err_reset
    run: rdmactl events  # event.reset, event.reset_failed, event.health_error
    run: devlink health show  # errors and recoveries

    name: Event: stopped
    also: successfully stopped; adapter stopped;
      Mellanox ConnectX EN 10Gbit Ethernet Adapter <X> has been successfully stopped.
    stood: the event log, readme section 6.5
    did: The adapter was stopped.
    here: A module that was unloaded, or an interface that is down.
    run: rdmactl events  # event.stopped
    run: rdmactl status  # what runs now

    name: Event: old firmware
    also: uses old firmware version; firmware too old; old firmware version; Failed to initialize the Mellanox ConnectX
      EN 10Gbit Ethernet Adapter
      <X> because it uses old firmware version (<old firmware version>). You need to burn firmware version
      <new firmware version> or higher, and to restart your computer.
    stood: the event log, readme section 6.5
    did: The adapter did not start because its firmware was too old; the event named both versions.
    here: The driver says so in the kernel's log; rdmactl status compares the version with the least of the readme.
    run: rdmactl events  # event.firmware_old
    run: rdmactl fw query -d DEVICE  # the version on the flash
    run: rdmactl fw burn -d DEVICE -i FILE --dry-run  # a newer one

    name: Event: link up
    also: link is up; link connected to port is up; PORT_ACTIVE event; Mellanox ConnectX EN 10Gbit Ethernet Adapter <X>
      device detected that the link connected to port <Y> is up, and has initiated normal operation.
    stood: the event log, readme section 6.5
    did: The link of a port came up.
    here: An event of the RDMA device (PORT_ACTIVE) and of the interface.
    run: rdmactl events --follow  # event.link_up as it comes
    run: rdmactl status --wait active PORT  # until it is up

    name: Event: link down
    also: link is down; link connected to port is down; PORT_ERR event; Mellanox ConnectX EN 10Gbit Ethernet Adapter
      <X> device detected that the link connected to port <Y> is down. This can occur if the physical link is
      disconnected or damaged, or if the other end-port is down.
    stood: the event log, readme section 6.5
    did: The link of a port went down: the cable, or the other end.
    here: An event of the RDMA device (PORT_ERR) and of the interface; rdmactl says why a port is down.
    run: rdmactl status  # why
    run: rdmactl events --follow  # event.link_down as it comes

    name: Event: RSS mode mismatch
    also: Mismatch in the configurations between the two ports; RSS mode of both ports; Mismatch in the configurations
      between the two ports may affect the performance. When Using MSI-X, both ports should use the same RSS mode. To
      fix the problem, configure the RSS mode of both ports to be the same in the driver GUI.
    stood: the event log, readme section 6.5
    did: With MSI-X both ports were to have the same RSS mode.
    none: ports are set one by one.
    run: rdmactl offload show IF1 --diff IF2  # whether they are alike

    name: Event: too few MSI-X vectors
    also: failed to create enough MSI-X vectors; enough MSI-X vectors; Mellanox ConnectX EN 10Gbit Ethernet Adapter <X>
      device failed to create enough MSI-X vectors. The Network interface will not use MSI-X interrupts. This may
      affects the performance. To fix the problem, configure the number of MSI-X vectors in the registry to be at least
      <Y>.
    stood: the event log, readme section 6.5
    did: The driver worked without MSI-X; more vectors were to be allowed in the registry.
    here: The driver makes fewer channels.
    run: rdmactl events  # event.msix_short
    run: rdmactl offload show IF  # how many channels it has, and could have

    name: Event Viewer
    also: eventvwr; eventvwr.exe; event log; system event log; mlx4eth5 source; System Event Viewer
    stood: readme section 6.5: right click on My Computer, Manage, Event Viewer, system log
    did: Showed eleven kinds of events of the driver, with the adapter's number.
    here: The kernel's log, read by rdmactl: one id for each kind, with the cause, the next command, and the sentence of
      the Windows driver.
    run: rdmactl events --since 1h  # what has happened
    run: rdmactl events --follow  # what happens
    run: rdmactl events --fail-on error -q  # for a script

    name: Two ports on one subnet
    also: own subnet for each IB port; each IB port on its own subnet; IP address setup; ARP flux; two interfaces in one
      subnet
    stood: readme section 4.1
    did: Each IPoIB interface was to have an address in a subnet of its own, and not in that of an Ethernet interface.
    here: The same: with two interfaces in one subnet Linux answers ARP on both and sends by one. rdmactl status finds
      it.
    knob: rp_filter; arp_ignore; arp_announce
    run: rdmactl status  # host.shared_subnet

    name: ipconfig /all
    also: ipconfig; getmac
    stood: readme section 4.2.3
    did: Showed addresses, and the MAC address that the IPoIB driver had made.
    here: The addresses are in ip address; the MAC address of a port GUID in rdmactl guid2mac.
    run: ip address  # addresses of every interface
    run: rdmactl guid2mac  # MAC address of each local port
    run: rdmactl status -v  # GUIDs, GIDs and interfaces
    """#
}
