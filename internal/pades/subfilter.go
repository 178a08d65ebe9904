package pades

import "github.com/jsign-jp/jsign/internal/pdf"

// Filter is the signature handler named in what is written; any handler may
// validate by /SubFilter (ISO 32000-2, 12.8.1, table 255).
const Filter pdf.Name = "Adobe.PPKLite"

// The values of /SubFilter (ISO 32000-2, 12.8.3 and 12.8.5).
const (
	SubFilterPKCS7Detached pdf.Name = "adbe.pkcs7.detached"
	SubFilterPKCS7SHA1     pdf.Name = "adbe.pkcs7.sha1"
	SubFilterX509          pdf.Name = "adbe.x509.rsa_sha1"
	SubFilterCAdESDetached pdf.Name = "ETSI.CAdES.detached"
	SubFilterTimestamp     pdf.Name = "ETSI.RFC3161"
	typeSignature          pdf.Name = "Sig"
	typeTimestamp          pdf.Name = "DocTimeStamp"
	transformDocMDP        pdf.Name = "DocMDP"
	transformFieldMDP      pdf.Name = "FieldMDP"
	transformParamsVersion pdf.Name = "1.2"
	fieldTypeSignature     pdf.Name = "Sig"
	flagReadOnly                    = 1 << 0 // field flag (table 227)
	signaturesExist                 = 1 << 0 // /SigFlags (table 225)
	appendOnly                      = 1 << 1 // /SigFlags
	annotationPrintLocked           = 1<<2 | 1<<7
)
