/// Another transaction merged a person, or put the same dedupe key on the log, while this one was under way. Tried again, it
/// sees what the other did.
public struct DoorRace: Error {}
