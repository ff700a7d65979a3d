internal import HostAccess

// Errors of the doors, as the recording keeps them.
extension Conversation.Failure {
  init(_ reason: FileError.Reason) {
    switch reason {
    case .notFound: self.init(kind: "not_found")
    case .notPermitted: self.init(kind: "not_permitted")
    case .wrongKind: self.init(kind: "wrong_kind")
    case .tooLarge(let limit): self.init(kind: "too_large", code: Int32(clamping: limit))
    case .notDurable(let words), .other(let words): self.init(kind: "other", words: words)
    case .locked: self.init(kind: "other", words: "is busy")
    case .exists: self.init(kind: "exists")
    }
  }

  func file(_ path: String) -> FileError {
    let reason: FileError.Reason =
      switch kind {
      case "not_permitted": .notPermitted
      case "wrong_kind": .wrongKind
      case "too_large": .tooLarge(limit: Int(code ?? 0))
      case "exists": .exists
      case "other": .other(words ?? "")
      default: .notFound
      }
    return FileError(path: path, reason: reason)
  }

  init(_ failure: NetworkFailure) {
    switch failure {
    case .noFamily(let name): self.init(kind: "no_family", words: name)
    case .recorded: self.init(kind: "recorded")
    case .failed(let words): self.init(kind: "failed", words: words)
    case .refused(let refusal):
      self.init(
        kind: "refused", words: refusal.words, code: refusal.code, name: refusal.name, message: refusal.message)
    }
  }

  var network: NetworkFailure {
    switch kind {
    case "no_family": .noFamily(words ?? "")
    case "failed": .failed(words ?? "")
    case "refused":
      .refused(KernelRefusal(code: code ?? 0, name: name ?? "", words: words ?? "", message: message))
    default: .recorded
    }
  }

  init(_ error: VerbsError) {
    switch error {
    case .unavailable(let words): self.init(kind: "unavailable", words: words)
    case .notPermitted(let path): self.init(kind: "not_permitted", words: path)
    case .failed(let words): self.init(kind: "failed", words: words)
    }
  }

  var verbs: VerbsError {
    switch kind {
    case "not_permitted": .notPermitted(path: words ?? "")
    case "failed": .failed(words ?? "")
    default: .unavailable(words ?? "")
    }
  }

  init(_ error: PCIError) {
    switch error {
    case .notPermitted: self.init(kind: "not_permitted")
    case .lockedDown: self.init(kind: "locked_down")
    case .notFound: self.init(kind: "not_found")
    case .recorded: self.init(kind: "recorded")
    case .failed(let words): self.init(kind: "failed", words: words)
    }
  }

  var pci: PCIError {
    switch kind {
    case "not_permitted": .notPermitted
    case "locked_down": .lockedDown
    case "not_found": .notFound
    case "failed": .failed(words ?? "")
    default: .recorded
    }
  }

  init(_ error: ProcessError) {
    switch error {
    case .notFound: self.init(kind: "not_found")
    case .notPermitted: self.init(kind: "not_permitted")
    case .timedOut(let milliseconds): self.init(kind: "timed_out", code: Int32(clamping: milliseconds))
    case .recorded: self.init(kind: "recorded")
    case .failed(let words): self.init(kind: "failed", words: words)
    }
  }

  var process: ProcessError {
    switch kind {
    case "not_found": .notFound
    case "not_permitted": .notPermitted
    case "timed_out": .timedOut(milliseconds: Int(code ?? 0))
    case "failed": .failed(words ?? "")
    default: .recorded
    }
  }

  init(_ error: ManagementError) {
    switch error {
    case .noDevice: self.init(kind: "no_device")
    case .recorded: self.init(kind: "recorded")
    case .noLibrary: self.init(kind: "no_library")
    case .notPermitted(let path): self.init(kind: "not_permitted", words: path)
    case .congested: self.init(kind: "congested")
    case .failed(let words): self.init(kind: "failed", words: words)
    }
  }

  var management: ManagementError {
    switch kind {
    case "no_device": .noDevice
    case "no_library": .noLibrary
    case "not_permitted": .notPermitted(path: words ?? "")
    case "failed": .failed(words ?? "")
    default: .recorded
    }
  }

  private init(kind: String, words: String? = nil, code: Int32? = nil) {
    self.init(kind: kind, words: words, code: code, name: nil, message: nil)
  }
}
