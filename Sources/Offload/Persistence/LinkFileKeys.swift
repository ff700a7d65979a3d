/// The knobs that a systemd .link file can set. Source: systemd.link(5) of Debian 12's systemd 252, section [Link].
enum LinkFileKeys {
  private static let features: [String: String] = [
    "rx-checksum": "ReceiveChecksumOffload", "tx-tcp-segmentation": "TCPSegmentationOffload",
    "tx-tcp6-segmentation": "TCP6SegmentationOffload", "tx-generic-segmentation": "GenericSegmentationOffload",
    "rx-gro": "GenericReceiveOffload", "rx-gro-hw": "GenericReceiveOffloadHardware", "rx-lro": "LargeReceiveOffload",
    "rx-vlan-hw-parse": "ReceiveVLANCTAGHardwareAcceleration",
    "tx-vlan-hw-insert": "TransmitVLANCTAGHardwareAcceleration", "rx-vlan-filter": "ReceiveVLANCTAGFilter",
    "tx-vlan-stag-hw-insert": "TransmitVLANSTAGHardwareAcceleration", "rx-ntuple-filter": "NTupleFilter",
  ]
  private static let channels = [
    "rx": "RxChannels", "tx": "TxChannels", "other": "OtherChannels", "combined": "CombinedChannels",
  ]
  private static let rings = [
    "rx": "RxBufferSize", "rx-mini": "RxMiniBufferSize", "rx-jumbo": "RxJumboBufferSize", "tx": "TxBufferSize",
  ]
  private static let pause = [
    "rx": "RxFlowControl", "tx": "TxFlowControl", "autoneg": "AutoNegotiationFlowControl",
  ]
  private static let link: [String: (key: String, values: ClosedRange<Int>)] = [
    "mtu": ("MTUBytes", 1...Int(UInt32.max)), "txqueuelen": ("TransmitQueueLength", 0...Int(UInt32.max) - 1),
    "gso-max-size": ("GenericSegmentOffloadMaxBytes", 1...65536),
    "gso-max-segs": ("GenericSegmentOffloadMaxSegments", 1...65535),
  ]
  private static let switches = ["adaptive-rx": "UseAdaptiveRxCoalesce", "adaptive-tx": "UseAdaptiveTxCoalesce"]
  private static let microseconds = [
    "rx-usecs": "RxCoalesceSec", "rx-usecs-irq": "RxCoalesceIrqSec", "rx-usecs-low": "RxCoalesceLowSec",
    "rx-usecs-high": "RxCoalesceHighSec", "tx-usecs": "TxCoalesceSec", "tx-usecs-irq": "TxCoalesceIrqSec",
    "tx-usecs-low": "TxCoalesceLowSec", "tx-usecs-high": "TxCoalesceHighSec",
  ]
  private static let frames = [
    "rx-frames": "RxMaxCoalescedFrames", "rx-frames-irq": "RxMaxCoalescedIrqFrames",
    "rx-frames-low": "RxMaxCoalescedLowFrames", "rx-frames-high": "RxMaxCoalescedHighFrames",
    "tx-frames": "TxMaxCoalescedFrames", "tx-frames-irq": "TxMaxCoalescedIrqFrames",
    "tx-frames-low": "TxMaxCoalescedLowFrames", "tx-frames-high": "TxMaxCoalescedHighFrames",
    "pkt-rate-low": "CoalescePacketRateLow", "pkt-rate-high": "CoalescePacketRateHigh",
  ]

  /// The line for a knob; `nil` when the file has no key for it, or not for this value.
  static func line(_ knob: Knob, _ value: String) -> String? {
    switch knob.kind {
    case .feature: features[knob.name].flatMap { boolean($0, value) }
    case .channels: channels[knob.name].flatMap { number($0, value, 1...Int(UInt32.max)) }
    case .ring: rings[knob.name].flatMap { number($0, value, 1...Int(UInt32.max)) }
    case .pause: pause[knob.name].flatMap { boolean($0, value) }
    case .link: link[knob.name].flatMap { number($0.key, value, $0.values) }
    case .coalesce: coalesce(knob.name, value)
    case .rss, .sysfs, .interrupt, .sysctl: nil
    }
  }

  private static func coalesce(_ name: String, _ value: String) -> String? {
    if let key = switches[name] { return boolean(key, value) }
    if let key = frames[name] { return number(key, value, 0...Int(UInt32.max)) }
    return microseconds[name].flatMap { number($0, value, 0...Int(UInt32.max)) }.map { $0 + "us" }
  }

  /// One key stands for all the kinds of checksums: only where they are alike.
  static let transmitChecksums = "TransmitChecksumOffload"
  static func isTransmitChecksum(_ knob: Knob) -> Bool { knob.kind == .feature && knob.name.hasPrefix("tx-checksum-") }

  static func boolean(_ key: String, _ value: String) -> String? {
    switch value {
    case "on": "\(key)=yes"
    case "off": "\(key)=no"
    default: nil
    }
  }

  private static func number(_ key: String, _ value: String, _ values: ClosedRange<Int>) -> String? {
    guard let number = Int(value), values.contains(number) else { return nil }
    return "\(key)=\(number)"
  }
}
