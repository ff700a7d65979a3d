/// How far a change has come.
package enum ChangeState: String, Sendable, CaseIterable {
  /// In the journal; nothing is written.
  case planned
  /// Being written, or its process ended in the middle.
  case begun
  case done
  /// Done, and taken back by its guard unless it is confirmed in time.
  case trial
  /// A trial that was confirmed.
  case kept
  /// Being taken back, or that process ended in the middle.
  case undoing
  case undone
  /// It failed, and everything is as it was before.
  case rolledBack = "rolled back"
  /// How far it came is not known.
  case unknown

  /// Whether `undo` has something to do with it.
  package var isOpen: Bool { ![.planned, .undone, .rolledBack].contains(self) }
  /// Whether its process should still be at work; else the next change settles it.
  package var isUnfinished: Bool { [.planned, .begun, .undoing].contains(self) }
}

/// One change in the journal: what was there before, what was asked, what came of it.
package struct ChangeRecord: Equatable, Sendable {
  /// A line about what happened, by time.
  package struct Event: Equatable, Sendable {
    /// UTC, `2026-11-21T06:52:00Z`.
    package let time: String
    /// A state, `guarded`, or `note` with its words.
    package let words: [String]
  }

  package let id: Int
  /// When it was begun, UTC.
  package let time: String
  /// `offload`, `firmware`, `masks`, `opensm`, `counters`.
  package let kind: String
  /// `set`, `burn`, `stop`.
  package let action: String
  package let origin: ChangeOrigin
  package let scope: ChangeScope
  package let subject: String
  /// Of a trial, after how many seconds it is taken back.
  package let trialSeconds: Int?
  /// The change that this one takes back.
  package let undoes: Int?
  package let attachments: [String: String]
  package let irreversible: String?
  /// In their order.
  package let changes: [PlannedChange]
  /// The places of ``changes`` and whatever else may change with them.
  package let before: ChangeSnapshot
  /// What the planned changes came to; empty until it is done.
  package internal(set) var results: ChangeSnapshot = [:]
  /// What else changed, and how it stood afterwards.
  package internal(set) var sides: ChangeSnapshot = [:]
  /// What somebody else had changed when taking it back was begun: it stays.
  package internal(set) var foreign: ChangeSnapshot = [:]
  package internal(set) var events: [Event] = []
  /// The file that it stands in.
  package internal(set) var path = ""

  package var state: ChangeState {
    switch events.last(where: { Self.states[$0.words[0]] != nil }).flatMap({ Self.states[$0.words[0]] }) {
    case nil: .planned
    case .done: trialSeconds == nil ? .done : .trial
    case let state?: state
    }
  }

  /// Whether taking it back was begun once.
  var isUndoBegun: Bool { events.contains { $0.words[0] == ChangeState.undoing.word } }

  /// The notes of the writer, in their order.
  package var notes: [[String]] { events.filter { $0.words[0] == "note" }.map { Array($0.words.dropFirst()) } }

  package var objects: [ChangeObject] { changes.compactMap(\.place.object).unique }

  /// States by their words in the file; "failed" is that of journals of version 0.1.
  static let states: [String: ChangeState] = Dictionary(
    ChangeState.allCases.map { ($0.word, $0) } + [("failed", .rolledBack)]
  ) { first, _ in first }
}

extension ChangeState {
  /// One word, for the file and for JSON.
  package var word: String { rawValue.replacing(" ", with: "_") }
}

/// A file of the journal that cannot be read: it is reported, never used and never overwritten.
package struct UnreadableRecord: Equatable, Sendable {
  package let path: String
  /// Half a sentence.
  package let reason: String
}
