internal import Change
internal import Presentation
internal import Vocabulary

/// The answer of `rdmactl history`.
struct HistoryAnswer: StreamedAnswer {
  static let schema = "rdmactl.history/1"

  struct Entry {
    let record: ChangeRecord
    /// Why it cannot be taken back here, one sentence; `nil` when it can, or when there is nothing to take back.
    let hindrance: String?
    /// Whether what it set was lost with a restart.
    let isLost: Bool

    /// - Parameter hindrance: one that is known beside those of the record.
    init(_ record: ChangeRecord, target: (any ChangeTarget)?, _ present: ChangeScope, hindrance other: String? = nil) {
      self.record = record
      isLost = (target?.endsWithBoot ?? false) && record.state.isOpen && record.scope.boot != present.boot
      hindrance =
        record.irreversible
        ?? record.scope.difference(to: present, needsNamespace: target?.isOfNamespace ?? false)
        ?? other
    }

    var isUndoable: Bool { record.state.isOpen && hindrance == nil && !isLost }
    var number: Int? { record.id == 0 ? nil : record.id }
  }

  let entries: [Entry]
  let unreadable: [UnreadableRecord]
  /// Step by step.
  let isDetailed: Bool

  var problems: [Problem] { [] }
  var notes: [Note] { unreadable.map { Note(subject: $0.path, message: "this entry of the journal \($0.reason)") } }
  var quietLines: [String] { entries.filter(\.isUndoable).compactMap { $0.number.map(String.init) } }

  func write(to json: inout JSONWriter) {
    json.array("entries", entries) { json, entry in
      let record = entry.record
      json.object { json in
        json.field("id", entry.number)
        json.field("time", record.time)
        json.field("uid", record.origin.uid)
        json.field("user", record.origin.user)
        json.field("sudo_user", record.origin.sudoUser)
        json.field("kind", record.kind)
        json.field("action", record.action)
        json.field("subject", record.subject)
        json.field("command", record.origin.command)
        json.field("state", record.state.word)
        json.field("undoable", entry.isUndoable)
        json.field("hindrance", entry.hindrance)
        json.field("lost_at_boot", entry.isLost)
        json.field("undoes", record.undoes)
        json.object("scope") { json in
          json.field("machine", record.scope.machine)
          json.field("boot", record.scope.boot)
          json.field("network_namespace", record.scope.networkNamespace)
          json.field("card", record.scope.card?.address)
          json.field("card_guid", record.scope.card?.guid)
        }
        json.array("steps", record.changes) { json, change in
          json.object { json in
            json.fields(of: change.place)
            json.field("before", change.before.text)
            json.field("wanted", change.after.text)
            json.field("after", record.results[change.place]?.text)
            json.field("reason", change.reason)
          }
        }
        json.array("side_effects", record.sides.ordered) { json, side in
          json.object { json in
            json.fields(of: side.key)
            json.field("before", record.before[side.key]?.text)
            json.field("after", side.value.text)
          }
        }
        json.array("attachments", record.attachments.sorted { $0.key < $1.key }) { json, file in
          json.object { json in
            json.field("name", file.key)
            json.field("path", file.value)
          }
        }
        json.array("events", record.events) { json, event in
          json.object { json in
            json.field("time", event.time)
            json.field("words", event.words)
          }
        }
      }
    }
  }

  func write(to page: inout Page) {
    var table = Table([
      .init("ID", .right), .init("TIME"), .init("USER", rank: 2), .init("KIND"), .init("SUBJECT"), .init("STATE"),
      .init("COMMAND", rank: 1),
    ])
    for entry in entries {
      let record = entry.record
      let state = entry.isLost ? "lost at boot" : record.state.rawValue
      table.add([
        .init(entry.number.map(String.init) ?? "-", tone: .plain), .init(Self.local(record.time), value: record.time),
        .init(record.origin.description), .init(record.kind), .init(record.subject.shortened),
        .init(state, tone: tone(of: record.state)), .init(entry.what),
      ])
    }
    page.table(table)
    if entries.isEmpty { page.line("nothing was changed") }
    guard isDetailed, let entry = entries.first else { return }
    detail(entry, &page)
  }

  /// `2026-11-30 08:24:10`; the JSON has the zone.
  private static func local(_ time: String) -> String {
    time.count == 20 && time.hasSuffix("Z") ? String(time.dropLast().replacing("T", with: " ")) : time
  }

  private func detail(_ entry: Entry, _ page: inout Page) {
    let record = entry.record
    var steps = Table([.init("OBJECT"), .init("SETTING"), .init("BEFORE"), .init("AFTER"), .init("REMARK", rank: 1)])
    for change in record.changes {
      steps.add([
        .init(change.place.object?.name), .init(change.place.key), .init(change.before.text.shortened),
        .init((record.results[change.place] ?? change.after).text.shortened), .init(change.reason),
      ])
    }
    for (place, value) in record.sides.ordered {
      steps.add([
        .init(place.object?.name), .init(place.key), .init(record.before[place]?.text.shortened),
        .init(value.text.shortened), .init("not asked for"),
      ])
    }
    page.gap()
    page.table(steps)
    page.gap()
    for (name, path) in record.attachments.sorted(by: { $0.key < $1.key }) { page.line("\(name): \(path)") }
    for event in record.events {
      page.line("\(Self.local(event.time)) \(event.words.joined(separator: " "))", tone: .faint)
    }
    if let hindrance = entry.hindrance, record.state.isOpen { page.line("cannot be taken back: \(hindrance)") }
    if entry.isUndoable, let id = entry.number { page.line("to take it back: rdmactl undo \(id)", tone: .faint) }
  }

  private func tone(of state: ChangeState) -> Tone {
    switch state {
    case .begun, .undoing, .unknown: .bad
    case .trial, .planned: .caution
    case .undone, .rolledBack: .faint
    case .done, .kept: .plain
    }
  }
}

extension HistoryAnswer.Entry {
  /// The command line, or what is known without one.
  var what: String { record.commandLine ?? record.action }
}

extension ChangeRecord {
  /// The words after the program's name, as they can be typed.
  var commandLine: String? {
    origin.command.isEmpty ? nil : origin.command.map { ShellWord.quoted($0) }.joined(separator: " ")
  }
}

extension JSONWriter {
  mutating func fields(of place: ChangePlace) {
    field("object", place.object?.name)
    field("key", place.key)
  }
}
