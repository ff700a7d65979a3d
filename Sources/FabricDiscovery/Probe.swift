internal import HostAccess
internal import InfiniBandWire

/// How a port is reached.
public enum ProbeKind: String, Sendable, CaseIterable {
  /// NodeInfo by the way of the map: the management agent answers, no table is needed.
  case directedRoute = "directed_route"
  /// ClassPortInfo of performance management by LID: a packet like any other, through the forwarding tables, on the
  /// queue pair of general services.
  case lid
}

extension FabricSession {
  /// Asks a port once and measures the round trip.
  /// - Returns: microseconds; `nil` when no answer came in time.
  public func probe(
    _ port: PortReference, _ kind: ProbeKind, of fabric: Fabric, timeoutMilliseconds: Int
  ) throws(SessionFailure) -> Int? {
    let request: FabricRequest
    switch kind {
    case .directedRoute:
      guard let route = fabric.route(to: port) else { return nil }
      request = FabricRequest(.subnet(.nodeInfo), to: .directedRoute(route))
    case .lid:
      guard let destination = fabric.performanceDestination(of: port) else { return nil }
      request = FabricRequest(.performance(.classPortInfo), to: destination)
    }
    do throws(ManagementError) {
      return try exchange(request, timeoutMilliseconds)
    } catch {
      throw .management(error)
    }
  }

  /// One datagram and its answer, apart from the engine: it would ask again, and wait for its turn.
  private func exchange(_ request: FabricRequest, _ timeout: Int) throws(ManagementError) -> Int? {
    probes &+= 1
    let (datagram, address) = request.datagram(transactionID: Self.firstProbe | probes & 0xffff, policy: policy)
    let start = clock.microseconds
    try port.send(datagram.bytes, to: address, timeoutMilliseconds: timeout)
    traffic.sent += 1
    while true {
      let left = timeout + 2 - (clock.microseconds - start) / 1000
      guard left > 0, !clock.interrupted else { return nil }
      switch try port.receive(timeoutMilliseconds: left) {
      case .answer(let bytes)?:
        guard let answer = ManagementDatagram(bytes), answer.transactionID == datagram.transactionID,
          request.isAnswered(by: answer)
        else { continue }
        traffic.answers += 1
        // A refusal is an answer as well.
        return clock.microseconds - start
      case .timedOut(let bytes)?:
        guard ManagementDatagram(bytes)?.transactionID == datagram.transactionID else { continue }
        traffic.timeouts += 1
        return nil
      case nil: continue
      }
    }
  }

  /// No request of the engine has such an identifier: its generations begin with 0.
  private static let firstProbe: UInt32 = 0xfff0_0000
}
