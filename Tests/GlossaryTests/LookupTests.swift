import Testing

@testable import Glossary

private let glossary = Glossary()

@Suite("A word is found") struct LookupTests {
  @Test(
    "in any spelling",
    arguments: [
      ("chimney", "EnableTCPChimney"), ("netdma", "EnableTCPA"), ("EnableRSS", "EnableRSS"),
      ("TcpWindowSize", "TcpWindowSize"), ("SendBuffers", "SendBuffers"), ("enable rss", "EnableRSS"),
      ("rss=", "EnableRSS"),
      ("rss=8", "EnableRSS"), ("--RSS", "EnableRSS"), ("enable_rss", "EnableRSS"), ("enable-rss", "EnableRSS"),
      ("lsov1ipv4", "Large Send Offload"), ("*LsoV1IPv4", "Large Send Offload"), ("tso", "Large Send Offload"),
      (#"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\TcpWindowSize"#, "TcpWindowSize"),
      (
        #"HKLM\SYSTEM\CurrentControlSet\Services\AFD\Parameters\FastSendDatagramThreshold=0x10000"#,
        "FastSendDatagramThreshold"
      ),
      ("netsh int tcp set global rss = enabled", "EnableRSS"), ("tcp1323opts", "Tcp1323Opts"),
      (" Send  Completion   Method ", "Send Completion Method"),
    ])
  func exactly(_ words: String, _ name: String) {
    let found = glossary.lookUp(words)
    #expect(found.entries.map(\.name) == [name])
    #expect(found.near.isEmpty)
  }

  @Test("with all its meanings") func ambiguous() {
    #expect(glossary.lookUp("ReceiveBuffers").entries.map(\.name) == ["ReceiveBuffers", "*ReceiveBuffers"])
    #expect(glossary.lookUp("irq-affinity").entries.map(\.name) == ["MaxNumRssCpus", "RssBaseCpu", "*NumaNodeID"])
  }

  @Test(
    "with a slip of the finger",
    arguments: [
      ("chimny", "EnableTCPChimney"), ("EnableTcpChimmney", "EnableTCPChimney"), ("TcpWindowsSize", "TcpWindowSize"),
      ("TcpWnidowSize", "TcpWindowSize"), ("SendBufers", "SendBuffers"), ("nedtma", "EnableTCPA"),
      ("FastSendDatagramTreshold", "FastSendDatagramThreshold"),
    ])
  func nearly(_ words: String, _ name: String) {
    let found = glossary.lookUp(words)
    #expect(found.entries.isEmpty)
    #expect(found.near.first?.name == name, "\(found.near.map(\.name))")
  }

  @Test(
    "by its beginning, a part of it, or by words of its text",
    arguments: [
      ("FastSend", "FastSendDatagramThreshold"), ("Watermark", "RqLowWatermark"),
      ("engine chipset copied", "EnableTCPA"), ("MixedSdpApp", "MIXED_SDP_APPLICATIONS"),
    ])
  func search(_ words: String, _ name: String) {
    let found = glossary.lookUp(words)
    #expect(found.entries.isEmpty)
    #expect(found.near.first?.name == name, "\(found.near.map(\.name))")
    #expect(found.near.count <= Glossary.limit)
  }

  @Test(
    "not, when there is nothing like it",
    arguments: ["", " ", "=", "--", "\\", "*", "=on", "qzxwvkjq", "\u{0}\u{1b}[2J"])
  func nothing(_ words: String) {
    #expect(glossary.lookUp(words) == Glossary.Lookup(entries: [], near: []))
  }

  @Test("or not, whatever the input is") func garbage() {
    let large = String(repeating: "chimney ", count: 1 << 17)
    for input in [large, String(repeating: "\\", count: 1 << 20), String(repeating: "=", count: 1 << 20)] {
      #expect(glossary.lookUp(input) == Glossary.Lookup(entries: [], near: []))
    }
    #expect(glossary.lookUp("chim\u{0}ney").entries.map(\.name) == ["EnableTCPChimney"])
    #expect(glossary.lookUp("шимни é 网络").entries.isEmpty)
  }

  @Test("in the same order every time") func order() {
    #expect(Glossary().lookUp("off").near.map(\.name) == glossary.lookUp("off").near.map(\.name))
    #expect(glossary.lookUp("off").near.count == Glossary.limit)
  }
}
