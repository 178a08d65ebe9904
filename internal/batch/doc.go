// Package batch signs many documents with one key that is slow, and survives
// what may happen meanwhile.
//
//	j, err := batch.Open("out/journal", batch.JournalOptions{Settings: settings})
//	totals, err := batch.Run(ctx, j, jobs, batch.Options[*sign.ToBeSigned]{Sign: ask})
//	err = j.Close()
//
// Run is a pipeline: Workers prepare documents ahead, one goroutine owns the key
// and signs in the order of the jobs, Finishers write behind it; a fixed number
// of documents is in memory, and results are reported in order. The same call
// with the same journal goes on after any interruption.
//
// Promised: a document that fails never stops the others; a fault of the card
// (Options.Fault) stops the signing and marks no document bad; when ctx ends,
// the signature being made is finished, written and recorded. What the journal
// calls signed is durable under its name and is not signed again. After a kill
// or a power loss at any moment the next run completes the folder to what an
// undisturbed run makes. Not promised: a signature that had left the card and
// not yet reached its output's name when the process died is lost, and made
// again; hidden files that a killed process leaves are the caller's to remove.
//
// # The journal
//
// A journal is a file of records, each
//
//	"JSJ1"          marker
//	4 bytes         length of the body
//	8 bytes         length of the journal that was durable when the record was made
//	32 bytes        sum of the record before (zeros in the first)
//	body            kind (1), time in ns since 1970 (8), in (32), out (32),
//	                certificate (32), length of name (4), name,
//	                length of text (4), text
//	32 bytes        sum: SHA-256 of all the above
//
// with big-endian numbers; the three digests (SHA-256) are there in records of
// the kinds sealed and signed only. Kinds: 1 begin (settings as text; first
// record and no other), 2 pending, 3 sealed, 4 signed, 5 failed (reason as text),
// 6 note, 7 end, 8 restart. The text of sealed and signed is the output's name;
// after a restart no document is known. Names are bytes and are never normalised. A document goes from
// pending to sealed, which is durable before the output gets its name, to signed;
// where the journal ends at sealed, the output itself decides (Settle).
//
// Records are written in groups, each synced before the next is written, so a
// power loss can only spoil the last group: Open cuts it off. Damage before a
// point that a later record calls durable is no torn write, and is refused.
// Verify finds every edit, removal and reordering; the chain has no secret, so
// records missing at the end and a journal made anew are found with
// Summary.Head, kept elsewhere.
package batch
