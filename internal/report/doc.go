// Package report renders what package verify found: Text for people, in English
// or Japanese, and JSON for programs.
//
// Both take values only: a Report and Options. Nothing is read, verified or
// looked up here. Who signed is shown only with Options.ShowIdentity, because a
// JPKI certificate carries its holder's name, address, date of birth and sex.
//
// Text puts the verdict into its first line, then why, then what to do. It is
// for reading: its wording may change.
//
// JSON writes one object. Its shape is versioned by the member "version";
// members may be added within a version, and programs ignore those they do not
// know. Every judgement is a word, "unknown" where nothing is known; the
// indications are those of ETSI EN 319 102-1, 5.1.3.
package report
