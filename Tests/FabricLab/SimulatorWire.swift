public import BinaryLayout

/// What libumad2sim and ibsim 0.10 say to each other. Control datagrams are in the byte order of the machine, which is
/// taken to be little-endian; the fields of data datagrams in that of the network.
public enum SimulatorWire {
  public static let controlLength = 80
  public static let dataLength = 288
  /// As many as ibsim has.
  public static let clients = 10

  public enum Control {
    public static let client = 4
    public static let type = 8
    /// The data of a connect request: the client's number, by which it names its socket; the answer's is its slot.
    public static let connection = 16
    public static let error: UInt32 = 0
    public static let connect: UInt32 = 1
    public static let disconnect: UInt32 = 2
    /// At the beginning of each.
    public static let magic: UInt32 = 0xdead_beef
    public static let length = 12
    /// The data of a connect request: number, queue pair, whether it is a subnet manager, and the name of its node.
    public static let nodeName = 28
    static let connectionLength: UInt32 = 44
  }

  public enum Data {
    public static let status = LayoutField("status", at: 128, bits: 32)
    /// LIDs stand in the first half of their fields.
    static let destinationLID = LayoutField("dlid", at: 0, bits: 16)
    static let sourceLID = LayoutField("slid", at: 32, bits: 16)
    static let destinationQueuePair = LayoutField("dqp", at: 64, bits: 32)
    static let sourceQueuePair = LayoutField("sqp", at: 96, bits: 32)
    static let length = LayoutField("length", at: 192, bits: 64)
    /// Where the management datagram begins.
    public static let datagram = 32
  }

  /// ETIMEDOUT: how ibsim tells that a packet was lost.
  public static let timedOut: UInt64 = 110

  public static func number(_ bytes: [UInt8], at offset: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
  }

  public static func put(_ number: UInt32, in bytes: inout [UInt8], at offset: Int) {
    for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: number >> UInt32(8 * index)) }
  }
}
