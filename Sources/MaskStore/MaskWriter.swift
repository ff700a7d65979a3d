package import Change
internal import GUIDMapping
package import HostAccess
internal import Vocabulary

/// Stores and forgets masks: `guid2mac --check --apply` and `--forget`.
package struct MaskWriter: ChangeWriter {
  package typealias Access = NoAccess

  package let kind = "masks"
  package let action: String
  package let locks = [ChangeLock.own("guid-masks")]
  private let wish: [MaskChange]
  private let file: ChangedFile
  private let store: any FileReading & FileWriting

  /// - Parameter wish: empty for undo alone.
  package init(_ host: Host, wish: [MaskChange] = []) {
    self.wish = wish
    action = wish.first?.action.rawValue ?? "store"
    store = host.store
    file = ChangedFile(MaskFile(host).path, host.store)
  }

  /// Takes a mask back that version 0.1 stored or forgot.
  /// - Returns: `nil` when that is not what is stored now.
  package init?(_ host: Host, against record: ChangeRecord) {
    guard let change = record.changes.first, let guid = GUID(change.place.key),
      let stored = try? MaskFile(host).read(),
      stored.masks[guid]?.description ?? OldJournals.noMask == change.after.text
    else { return nil }
    let mask = try? GUIDMask(parsing: change.before.text)
    self.init(
      host,
      wish: [MaskChange(action: mask == nil ? .forget : .store, guid: guid, mask: mask, port: change.reason ?? "")])
  }

  package func plan(_ access: NoAccess) throws -> ChangePlan<[MaskChange]> {
    let before: ChangeValue
    do { before = try file.read() } catch { throw MaskFileFailure(error) }
    var masks = StoredMasks(bytes: before == .absent ? [] : ChangedFile.bytes(of: before))
    for change in wish {
      if let mask = change.mask {
        masks.store(mask, for: change.guid, comment: change.port)
      } else {
        masks.forget(change.guid)
      }
    }
    let after = ChangedFile.value(of: masks.bytes)
    let isSet = before == after || before == .absent && masks.masks.isEmpty
    let step = ChangeStep([PlannedChange(file.place, before: before, after: after)])
    return ChangePlan(wish, steps: isSet ? [] : [step], subject: file.path, question: "Write \(file.path)?")
  }

  package func read(_ places: Set<ChangePlace>, _ access: NoAccess) throws -> ChangeSnapshot {
    var values: ChangeSnapshot = [:]
    for place in places {
      guard let file = ChangedFile(place, store) else { continue }
      do { values[place] = try file.read() } catch { throw MaskFileFailure(error) }
    }
    return values
  }

  package func write(_ changes: [PlannedChange], _ access: NoAccess, _ log: ChangeLog) throws {
    for change in changes {
      do { try ChangedFile(change.place, store)?.write(change.after) } catch { throw MaskFileFailure(writing: error) }
    }
  }
}
