// Package bundle keeps everything that a verdict rests on in one ZIP file, so that
// the same verdict can be reached without network, years later.
//
//	rec := bundle.NewRecorder(fetcher)                  // in place of the fetcher
//	report, err := verify.File(ctx, r, size, options)
//	err = bundle.Write(dst, bundle.Contents{…})
//
//	b, err := bundle.Read(r, size)
//	options.Fetcher, options.Material = b.Fetcher(), b.Material
//
// A bundle holds the certificates, CRLs, OCSP responses and timestamp tokens that
// were used, each in its own file named by its SHA-256; what the fetcher answered
// about which certificate, its failures included, so that the report says the same
// of where data came from; the options of the judgement; and the reports as they
// were. bundle.json lists all of it.
//
// A bundle proves nothing by itself: revocation data in it counts by its
// signatures, certificates are candidates for a path. Whom the verdict trusted is
// told with the policy; whether to trust them again is the caller's to decide and to
// say. Read checks every name against its content.
//
// The same contents make the same octets.
package bundle
