// Package pades knows how signatures stand in a PDF: what sign writes and verify
// reads. It contains no cryptography and no trust.
//
// To read: ReadForm lists the fields of a revision, Form.Signatures those that
// are signed, ReadPermissions what they leave permitted.
//
// To judge: Find lists the signatures that the structure leads to, Prove checks
// byte range and /Contents of one, Compare what later revisions changed, object
// by object; what no rule permits is a Violation.
//
// To write: NewPlan looks at everything that could speak against a signature and
// decides which field takes it. Plan.Layout appends a revision with room for the
// signature (Plan.Rehearse tries it before that is known); Layout.Covered is what is to
// be digested after the old file, and Layout.Embed puts the signature in.
//
//	plan, err := pades.NewPlan(file, pades.Request{SubFilter: pades.SubFilterCAdESDetached, Time: now})
//	layout, err := plan.Layout(name, room)
//	before, after := layout.Covered()
//	err = layout.Embed(signedData)
//
// AppendDSS lays out a revision with validation data, merged with what the
// document has (ReadDSS); a Request with SubFilterTimestamp plans a document
// timestamp, which is a signature to which DocMDP and FieldMDP do not object.
//
// A signature changes as few objects as possible: its dictionary, the field, and
// for a new field the first page's /Annots and the form's /Fields, each where it
// stands; the catalog only if the form or /Perms stands in it. A new field shows
// nothing on the page, so that DocMDP levels 2 and 3 permit it.
//
// Not here: whether a certificate may sign, and whether a signature's value is
// right.
//
// Implemented: ISO 32000-2:2020, 7.9.2.2 (text strings), 7.9.4 (dates), 12.7.3
// and 12.7.4 (forms, fields), 12.7.5.5 (signature fields, locks, seed values),
// 12.8.1 (signature dictionaries, byte ranges), 12.8.2 (DocMDP, FieldMDP), 12.8.4.3,
// 12.8.4.4 (DSS, VRI), 12.8.5 (document timestamps), 12.8.6
// (permissions).
package pades
