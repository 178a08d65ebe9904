package sign

import (
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/pades"
	"github.com/jsign-jp/jsign/internal/pdf"
)

// permitSigning are the bits of /P that permit changing the document, or filling
// in and signing its fields (ISO 32000-2, table 22: bits 4, 6 and 9).
const permitSigning = 1<<3 | 1<<5 | 1<<8

func warnings(file *pdf.File, plan *pades.Plan) []error {
	var list []error
	for _, n := range file.Notes() {
		list = append(list, lang.Errorf("%v", "%v", n.Text))
	}
	if plan.VoidsUsageRights() {
		list = append(list, lang.Errorf("the document grants Adobe Reader additional rights (UR3), which this signature ends",
			"この文書には Adobe Reader の拡張使用権限（UR3）があり、この署名により無効になります"))
	}
	if e := file.Encryption(); e != nil && !e.Owner && e.Permissions&permitSigning == 0 {
		list = append(list, lang.Errorf("the document's permissions do not include signing", "この文書の権限設定では署名が許可されていません"))
	}
	return list
}
