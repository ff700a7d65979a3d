extension GlossaryText {
  /// The speeds of InfiniBand links. Source: InfiniBand specification vol. 1, 14.2.5.6.
  static let rates = #"""
    name: SDR
    also: single data rate; 10 Gb/s InfiniBand
    did: An InfiniBand speed: 2.5 Gb/s per lane, 10 Gb/s over four lanes.
    here: The SPEED column of rdmactl status.
    run: rdmactl status  # width and speed of each port

    name: DDR
    also: double data rate; 20 Gb/s InfiniBand
    did: An InfiniBand speed: 5 Gb/s per lane, 20 Gb/s over four lanes.
    here: The SPEED column of rdmactl status.
    run: rdmactl status  # width and speed of each port

    name: QDR
    also: quad data rate; 40 Gb/s InfiniBand; FDR10
    did: An InfiniBand speed: 10 Gb/s per lane, 40 Gb/s over four lanes. FDR10 is the same rate with less overhead.
    here: The SPEED column of rdmactl status.
    run: rdmactl status  # width and speed of each port

    name: FDR
    also: fourteen data rate; 56 Gb/s
    did: An InfiniBand speed: 14 Gb/s per lane, 56 Gb/s over four lanes.
    here: The SPEED column of rdmactl status.
    run: rdmactl status  # width and speed of each port

    name: EDR
    also: enhanced data rate; 100 Gb/s InfiniBand
    did: An InfiniBand speed: 25 Gb/s per lane, 100 Gb/s over four lanes.
    here: The SPEED column of rdmactl status.
    run: rdmactl status  # width and speed of each port

    name: HDR
    also: high data rate; HDR100; 200 Gb/s InfiniBand; hdr200
    did: An InfiniBand speed: 50 Gb/s per lane, 200 Gb/s over four lanes; two lanes are called HDR100.
    here: The SPEED column of rdmactl status; the signalling rate of 4x HDR is 212.5 Gb/s.
    run: rdmactl status  # width and speed of each port

    name: NDR
    also: next data rate; NDR200; 400 Gb/s InfiniBand; ndr400
    did: An InfiniBand speed: 100 Gb/s per lane, 400 Gb/s over four lanes; two lanes are called NDR200.
    here: The SPEED column of rdmactl status.
    run: rdmactl status  # width and speed of each port

    name: XDR
    also: extreme data rate; 800 Gb/s InfiniBand; xdr800
    did: An InfiniBand speed: 200 Gb/s per lane, 800 Gb/s over four lanes.
    here: The SPEED column of rdmactl status.
    run: rdmactl status  # width and speed of each port
    """#
}
