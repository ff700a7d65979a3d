internal import PortStatus
package import Vocabulary

/// Whose settings are wanted.
package enum GIDConsumer: String, CaseIterable, Sendable {
  case nccl, ucx, libfabric, perftest, mpi

  /// The assignment to paste: of each best entry in a call of its own, where one call can name one only.
  package func assignments(for entries: [GIDEntry]) -> [String] {
    switch self {
    case .nccl:
      // One index is for all adapters. Source: NCCL's manual, NCCL_IB_GID_INDEX and NCCL_IB_HCA (= is "exactly").
      let adapters = "NCCL_IB_HCA==" + entries.map { "\($0.adapter):\($0.port)" }.joined(separator: ",")
      let indexes = Set(entries.map(\.gid.index))
      return indexes.count == 1 ? [adapters, "NCCL_IB_GID_INDEX=\(entries[0].gid.index)"] : [adapters]
    case .ucx:
      return entries.flatMap { ["UCX_NET_DEVICES=\($0.adapter):\($0.port)", "UCX_IB_GID_INDEX=\($0.gid.index)"] }
    case .libfabric:
      return entries.flatMap { ["FI_VERBS_DEVICE_NAME=\($0.adapter)", "FI_VERBS_GID_IDX=\($0.gid.index)"] }
    case .perftest: return entries.map { "-d \($0.adapter) -i \($0.port) -x \($0.gid.index)" }
    // Open MPI's transport is UCX; -x hands a variable to all ranks.
    case .mpi:
      return entries.map { "-x UCX_NET_DEVICES=\($0.adapter):\($0.port) -x UCX_IB_GID_INDEX=\($0.gid.index)" }
    }
  }
}

/// What `rdmactl gid best` can find.
package enum GIDProblem: String, CaseIterable, Sendable {
  case linkLocalOnly = "gid.link_local_only"
  case versionOneOnly = "gid.v1_only"
  case indexesDiffer = "gid.indexes_differ"
  case localPeer = "gid.peer_is_local"

  package var severity: Severity {
    switch self {
    case .linkLocalOnly: .error
    case .versionOneOnly, .indexesDiffer: .warning
    case .localPeer: .info
    }
  }

  package var meaning: String {
    switch self {
    case .linkLocalOnly:
      "only link-local GIDs: no router forwards them, and the index reaches hosts on the same link only"
    case .versionOneOnly: "no RoCE v2 GID: RoCE v1 is not routed, and does not work with a peer that uses v2"
    case .indexesDiffer: "the best index is not the same on every port: one setting for all of them cannot be right"
    case .localPeer: "the peer is this host: every index reaches it, which proves nothing of the network"
    }
  }

  package static var descriptions: [ProblemDescription] {
    allCases.map { ProblemDescription(id: $0.rawValue, severity: $0.severity, meaning: $0.meaning) }
  }

  package func at(_ subject: String, evidence: [String] = [], hint: [String] = []) -> Problem {
    Problem(id: rawValue, severity: severity, subject: subject, message: meaning, evidence: evidence, hint: hint)
  }
}
