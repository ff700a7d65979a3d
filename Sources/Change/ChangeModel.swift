/// An object that is changed: an interface, a card, a file, a port.
package struct ChangeObject: Hashable, Sendable {
  /// What people call it: `eth0`, `/etc/opensm/opensm.conf`.
  package let name: String
  /// By which it is found again when its name has changed: `index=2`, `mac=52:54:00:12:34:56`.
  package let facts: [String]

  package init(_ name: String, facts: [String] = []) {
    self.name = name
    self.facts = facts
  }

  /// The value of the fact `name`.
  package func fact(_ name: String) -> String? {
    facts.lazy.filter { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }.first
  }
}

/// One setting of an object, or of the machine.
package struct ChangePlace: Hashable, Sendable {
  /// `nil`: the machine itself.
  package let object: ChangeObject?
  /// `ring rx`, `content`: unique within the object.
  package let key: String

  package init(_ object: ChangeObject?, _ key: String) {
    self.object = object
    self.key = key
  }

  /// `eth0 ring rx`: for sentences.
  package var title: String { object.map { "\($0.name) \(key)" } ?? key }
}

/// How a place stands, as text: a number, a word, the content of a file.
package struct ChangeValue: Hashable, Sendable {
  package let text: String
  /// More that the writer must know to compare or to restore: `active=on`, `fixed`. None of them is `to`, `for` or `because`.
  package let facts: [String]

  package init(_ text: String, facts: [String] = []) {
    self.text = text
    self.facts = facts
  }

  /// The place does not exist: a missing file, a queue that went with its channel.
  package static let absent = ChangeValue("absent")
}

/// How places stood at one moment.
package typealias ChangeSnapshot = [ChangePlace: ChangeValue]

/// A place, its value before, and the value that it shall have.
package struct PlannedChange: Hashable, Sendable {
  package let place: ChangePlace
  package let before: ChangeValue
  package let after: ChangeValue
  /// The word of the command line that asked for it.
  package let key: String?
  /// Why it is changed, half a sentence.
  package let reason: String?

  package init(
    _ place: ChangePlace, before: ChangeValue, after: ChangeValue, key: String? = nil, reason: String? = nil
  ) {
    self.place = place
    self.before = before
    self.after = after
    self.key = key
    self.reason = reason
  }
}

/// What is written at once: one netlink message, one file, one image.
package struct ChangeStep: Equatable, Sendable {
  package let changes: [PlannedChange]

  package init(_ changes: [PlannedChange]) { self.changes = changes }
}

/// What a writer would do, with its own plan for people and for JSON.
package struct ChangePlan<Detail> {
  /// In their order; none: already set, nothing to do.
  package let steps: [ChangeStep]
  /// What the whole change is about: `eth0`, `0000:03:00.0`, a path.
  package let subject: String
  /// A whole sentence with its question mark.
  package let question: String
  /// Files that the way back needs, by name: `backup`.
  package let attachments: [String: String]
  /// Why the change cannot be taken back, one sentence; `nil` when it can.
  package let irreversible: String?
  /// The card that is changed, by the PCI address of function 0 and its node GUID.
  package let card: ChangeScope.Card?
  package let detail: Detail

  package init(
    _ detail: Detail, steps: [ChangeStep], subject: String, question: String, attachments: [String: String] = [:],
    irreversible: String? = nil, card: ChangeScope.Card? = nil
  ) {
    self.detail = detail
    self.steps = steps
    self.subject = subject
    self.question = question
    self.attachments = attachments
    self.irreversible = irreversible
    self.card = card
  }

  package var isEmpty: Bool { steps.isEmpty }
  package var changes: [PlannedChange] { steps.flatMap(\.changes) }
}

/// A place that is not as it should be.
package struct ChangeDifference: Hashable, Sendable {
  package let place: ChangePlace
  package let wanted: ChangeValue
  /// `nil`: no longer there, or not readable.
  package let now: ChangeValue?
  /// What the kernel or the device said, half a sentence.
  package let refusal: String?
  /// The value is set; only what is in force is another.
  package let isOnlyInForce: Bool

  package init(
    _ place: ChangePlace, wanted: ChangeValue, now: ChangeValue?, refusal: String? = nil, isOnlyInForce: Bool = false
  ) {
    self.place = place
    self.wanted = wanted
    self.now = now
    self.refusal = refusal
    self.isOnlyInForce = isOnlyInForce
  }

  /// `eth0 ring rx is 512 and was 256`
  package var sentence: String {
    "\(place.title) is \(now?.text.shortened ?? "not readable") and was \(wanted.text.shortened)"
      + (refusal.map { " (\($0))" } ?? "")
  }
}

extension Sequence where Element: Hashable {
  /// Each element once, where it first occurs.
  package var unique: [Element] {
    var known: Set<Element> = []
    return filter { known.insert($0).inserted }
  }
}

extension String {
  /// A value as a sentence or a column holds it.
  package var shortened: String {
    let line = split(separator: "\n", omittingEmptySubsequences: false).first.map(String.init) ?? ""
    return line.count > 32 || line.utf8.count < utf8.count ? "\(line.prefix(29))..." : self
  }
}

extension ChangeSnapshot {
  /// In an order of its own, so that the same snapshot is always the same text.
  package var ordered: [(key: ChangePlace, value: ChangeValue)] {
    sorted { left, right in
      let (first, second) = (left.key.object, right.key.object)
      if first == second { return left.key.key < right.key.key }
      guard let first, let second else { return first == nil }
      return first.name == second.name ? first.facts.lexicographicallyPrecedes(second.facts) : first.name < second.name
    }
  }
}
