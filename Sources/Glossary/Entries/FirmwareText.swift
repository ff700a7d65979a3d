extension GlossaryText {
  /// WindowsDocuments.md#firmware: section 2 of the WinOF VPI readme.
  static let firmware = #"""
    name: mst status
    also: mst; sc start mst; mst service; mst start; WinMFT; MFT; Mellanox Firmware Tools; mtNNNN_pciconf0;
      mtNNNN_pci_cr0; mt<N>_pciconf0; mt<N>_pci_cr0
    stood: the firmware tools package (WinMFT), readme section 2.3.1
    did: The service mst gave the tools access to the cards; mst status listed them as mt<device id>_pciconf0 and
      mt<device id>_pci_cr0, with the device ID in decimal.
    here: No service: the kernel shows each card's configuration space in sysfs. rdmactl takes those names too.
    run: rdmactl fw list  # the cards, with PCI address, RDMA device and network interface
    run: rdmactl status  # the adapters and their ports

    name: flint
    also: flint -d; flint burn; mstflint; flint q; flint v; flint ri; flint sg; -burn
    stood: the firmware tools package, readme section 2.3.3
    did: Showed, checked and wrote the firmware of a card: flint -d mt25418_pci_cr0 -i image.bin burn.
    here: The same by rdmactl fw, with a plan, a backup, a journal and a read-back. Other tools are mstflint, and
      devlink dev flash where the driver offers it.
    knob: devlink dev flash
    run: rdmactl fw query -d DEVICE  # what is on the card
    run: rdmactl fw verify -i FILE  # whether an image is whole
    run: rdmactl fw burn -d DEVICE -i FILE --dry-run  # the plan; then the same without --dry-run

    name: flint -guid
    also: -guid; flint -mac; -mac; -guids; -macs; change GUIDs
    stood: options of flint when it burned, readme section 4.2.3
    did: Changed the GUIDs of a card: -guid G gives node G, port 1 G+1, port 2 G+2 and system image G+3; ConnectX took
      -mac M besides, InfiniHost III only -guid.
    here: The same numbers, in an image file or on the card.
    run: rdmactl fw set-guids -d DEVICE --guid GUID --dry-run  # the plan for a card
    run: rdmactl fw set-guids -i FILE --guid GUID --mac MAC -o NEWFILE  # in a copy of an image
    run: rdmactl guid2mac GUID  # the MAC address that belongs to a port GUID

    name: Minimum firmware versions
    also: minimum firmware; required firmware; fw-25408; fw-25218; fw-25208; fw-25204; firmware requirements; fw-25408
      Rev
      2.5.700 or later; fw-25218 Rev 5.3.000 or later; fw-25208 Rev 4.8.200 or later; fw-25204 Rev 1.2.000 or later;
      2.5.700; 5.3.000; 4.8.200; 1.2.000
    stood: readme section 2.2
    did: The driver package wanted at least 2.5.700 on ConnectX and ConnectX-2, 5.3.000 on InfiniHost III Ex without
      memory, 4.8.200 with memory, 1.2.000 on InfiniHost III Lx.
    here: rdmactl status compares the version that runs with these (adapter.firmware_old); the driver says in its log
      when it finds a version too old.
    run: rdmactl status  # the version that runs, and the finding
    run: rdmactl fw query -d DEVICE  # the version on the flash
    run: rdmactl events  # event.firmware_old: what the driver says

    name: Supported PCI device IDs
    also: PCI device ID; device ID; vendor_part_id; 23108; 25204; 25208; 25218; 25408; 25418; 25448; 25458; 26418;
      26428; 26448; 26458
    stood: readme section 2.2
    did: Named the cards that the package supported, by decimal device ID: 23108 InfiniHost, 25204 InfiniHost III Lx,
      25208 and 25218 III Ex, 25408, 25418, 25448, 25458, 26418, 26428, 26448 and 26458 ConnectX and ConnectX-2.
    here: The driver ib_mthca takes the InfiniHost cards, mlx4_core the others.
    knob: ib_mthca; mlx4_core
    run: rdmactl fw list  # the cards of this machine
    run: lspci -nn -d 15b3:  # the same by PCI vendor

    name: msiexec
    also: msi; administrator rights; administrator privileges; WDF 1.5; wrong processor type; package; installation;
      wrong
      MSI architecture; this installation package is not supported by this processor type
    stood: readme sections 2.3.1, 3, 6.4 and 6.5
    did: Installed the packages, with administrator rights; a restart where WDF 1.5 was installed. A package for
      another processor said that it does not support this processor type.
    none: packages of the distribution do it (rdma-core, infiniband-diags, opensm, mstflint), for the right
      architecture. Changes need root, or CAP_NET_ADMIN for interfaces; rdmactl says which right is missing.
    knob: CAP_NET_ADMIN; CAP_SYS_RAWIO
    run: apt install rdma-core  # drivers' user space and services

    name: VPI
    also: Virtual Protocol Interconnect; port type; 2 InfiniBand ports; 2 Ethernet ports; VPI mode; IB only mode;
      Ethernet
      only mode
    stood: readme section 2; PortType "auto,auto" of the mlx4 bus driver
    did: Each port of a ConnectX works as InfiniBand or as Ethernet.
    here: mlx4: the files mlx4_port1 and mlx4_port2 of the PCI device, or the parameter port_type_array of mlx4_core.
      mlx5: LINK_TYPE_P1 and LINK_TYPE_P2 in the firmware's configuration, which need a reset of the card.
    knob: mlx4_port1; port_type_array; LINK_TYPE_P1; LINK_TYPE_P2
    run: rdmactl status  # what each port is now
    run: rdmactl link type PORT eth --dry-run  # change it; ib is InfiniBand
    """#
}
