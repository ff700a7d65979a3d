internal import BinaryLayout
internal import InfiniBandWire
internal import Vocabulary

/// What the subnet administration (SA) gives an application for a connection.
public struct PathFacts: Sendable, Equatable {
  public var sourceLID: UInt16
  public var destinationLID: UInt16
  public var serviceLevel: UInt8
  public var partitionKey: UInt16
  /// In bytes; `nil` for a code that means none.
  public var mtu: Int?
  /// Nominal, in Gb/s; `nil` for a code that means none.
  public var rate: Double?
  /// A packet lives so many times 4.096 µs as 2 to this.
  public var lifetimeCode: UInt8
  public var isReversible: Bool

  init?(_ record: ArraySlice<UInt8>) {
    typealias Layout = PathRecord.Layout
    guard let record = LayoutRecord(record, length: PathRecord.length) else { return nil }
    sourceLID = UInt16(record[Layout.sourceLID])
    destinationLID = UInt16(record[Layout.destinationLID])
    serviceLevel = UInt8(record[Layout.serviceLevel])
    partitionKey = UInt16(record[Layout.partitionKey])
    mtu = PortInfo.mtuBytes(code: record[Layout.mtu])
    rate = RateCode.gigabits(record[Layout.rate])
    lifetimeCode = UInt8(record[Layout.lifetime])
    isReversible = record[Layout.reversible] == 1
  }
}

/// What became of a question to the subnet administration.
public enum AdministrationOutcome<Answer: Sendable & Equatable>: Sendable, Equatable {
  case answer(Answer)
  /// In the words of ``ManagementDatagram/statusMeaning``.
  case refused(String)
  case silent(attempts: Int)

  public var value: Answer? { if case .answer(let answer) = self { answer } else { nil } }

  /// Half a sentence: why there is no answer.
  public var reason: String? {
    switch self {
    case .answer: nil
    case .refused(let words): words
    case .silent(let attempts): "the subnet administration did not answer in \(attempts) attempts"
    }
  }
}

/// A path to ask for: by the GIDs of its ends as applications do, or to one LID of the target.
public struct PathQuestion: Sendable, Equatable {
  public var source: PortReference
  public var target: PortReference
  /// A LID of the target; `nil` for whichever the subnet administration chooses.
  public var lid: UInt16?

  public init(source: PortReference, target: PortReference, lid: UInt16? = nil) {
    self.source = source
    self.target = target
    self.lid = lid
  }
}

extension Fabric {
  /// Where the subnet administration answers, as the local port has been told: `nil` without a subnet manager.
  public var administration: (lid: UInt16, serviceLevel: UInt8)? {
    let own = nodes.indices.contains(origin.node) && nodes[origin.node].type == .switchNode ? 0 : origin.port
    guard let info = self[PortReference(node: origin.node, port: own)]?.info, LIDOwners.isUnicast(info.masterSMLID)
    else { return nil }
    return (info.masterSMLID, info.masterSMSL)
  }

  /// The port that a connection with any port of a switch has its ends at.
  fileprivate func end(_ port: PortReference) -> PortReference {
    isEnd(port) ? port : PortReference(node: port.node, port: 0)
  }

  fileprivate func pathRequest(_ question: PathQuestion) -> FabricRequest? {
    typealias Layout = PathRecord.Layout
    typealias Component = PathRecord.Component
    let (source, target) = (end(question.source), end(question.target))
    guard let administration else { return nil }
    var record = [UInt8](repeating: 0, count: PathRecord.length)
    var components = Component.pathCount | Component.reversible
    Layout.pathCount.write(1, into: &record)
    Layout.reversible.write(1, into: &record)
    if let lid = question.lid {
      guard let own = lids(of: source)?.lowerBound else { return nil }
      Layout.destinationLID.write(UInt64(lid), into: &record)
      Layout.sourceLID.write(UInt64(own), into: &record)
      components |= Component.destinationLID | Component.sourceLID
    } else {
      guard let from = gid(of: source), let to = gid(of: target) else { return nil }
      Layout.sourcePrefix.write(from.prefix, into: &record)
      Layout.sourceGUID.write(from.guid, into: &record)
      Layout.destinationPrefix.write(to.prefix, into: &record)
      Layout.destinationGUID.write(to.guid, into: &record)
      components |= Component.destinationGID | Component.sourceGID
    }
    var request = FabricRequest(
      .administration(.pathRecord, components: components), to: .lid(administration.lid), data: record)
    request.serviceLevel = administration.serviceLevel
    return request
  }

  private func gid(of port: PortReference) -> (prefix: UInt64, guid: UInt64)? {
    guard let facts = self[port], let guid = facts.guid, let info = facts.info else { return nil }
    return (info.gidPrefix, guid.rawValue)
  }
}

extension FabricSession {
  /// Asks for the path of each question; `nil` for one that cannot be asked: no GUID, no LID, or no subnet manager.
  public func paths(
    _ questions: [PathQuestion], in fabric: Fabric
  ) throws(SessionFailure) -> [AdministrationOutcome<PathFacts>?] {
    var found = [AdministrationOutcome<PathFacts>?](repeating: nil, count: questions.count)
    let requests = questions.enumerated().compactMap { index, question in
      fabric.pathRequest(question).map { (index, $0) }
    }
    try perform(requests) { index, outcome, _ in
      found[index] =
        switch outcome {
        case .answer(let datagram):
          datagram.records(length: PathRecord.length).first.flatMap { PathFacts($0) }.map { .answer($0) }
            ?? .refused("the answer holds no path")
        case .refused(let datagram): .refused(datagram.statusMeaning)
        case .silent(let attempts): .silent(attempts: attempts)
        }
    }
    return found
  }
}
