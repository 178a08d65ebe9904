package verify_test

import "strings"

// formVariants attack through fields and further signatures.
func formVariants() []variant {
	fill := values(objOther, "(x)", "(y)")
	signed := signField(newField, nil)
	shown := signField(shownField, map[int]string{110: streamOf(overlayForm, "BT /F1 9 Tf (signed) Tj ET")})
	cover := map[int]string{110: streamOf(overlayForm, white)}
	return []variant{
		{"lock: field below the named one", "lock include", values(objGroupA, "(1)", "(9)"), fill},
		{"lock: appearance of a field below", "lock include", values(objGroupB, "/V (2)", "/V (2) /AP << /N 11 0 R >>"), fill},
		{"lock: value at the node above", "lock include", values(objGroup, "/T (group)", "/T (group) /V (9)"), fill},
		{"lock: field taken out of the locked node", "lock include", values(objGroup, "[33 0 R 34 0 R]", "[34 0 R]"), fill},
		{"lock: renamed", "lock include", values(objGroup, "(group)", "(gruppe)"), fill},
		{"lock: parent changed", "lock include", values(objGroupA, "/Parent 32 0 R", "/Parent 7 0 R", objGroupA, "(1)", "(9)"), fill},
		{"lock: all but one", "lock exclude", values(objText, "(100)", "(999)"), fill},
		{"lock: all but one, signature field", "lock exclude", func(m made) []byte {
			return signInto(m, map[int]string{objEmpty: m.with(objEmpty, "/FT /Sig", "/FT /Sig /V 150 0 R")}, 150)
		}, fill},
		{"lock: all", "lock all", values(objOther, "(x)", "(y)"), nil},
		{"lock: the lock itself", "lock include", values(objLockGroup, "(group)", "(other)"), fill},
		{"lock: check box", "lock all", values(objCheck, "/V /Off /AS /Off", "/V /Yes /AS /Yes"), nil},

		{"field: push button shows something else", "approval", values(objButton, "/AP << /N 11 0 R >>", "/AP << /N 37 0 R >>"), fill},
		{"field: caption of a push button", "level 2", values(objButton, "(Go)", "(Agreed)"), fill},
		{"field: read-only", "approval", values(objReadOnly, "(7)", "(999)"), fill},
		{"field: read-only, appearance", "level 2", values(objReadOnly, "/V (7)", "/V (7) /AP << /N 11 0 R >>"), fill},
		{"field: flags", "approval", values(objReadOnly, "/Ff 1", "/Ff 0"), fill},
		{"field: hidden", "approval", values(objText, "/FT /Tx", "/FT /Tx /F 2"), fill},
		{"field: another default appearance", "approval", values(objText, "(/Helv 12 Tf 0 g)", "(/Helv 1 Tf 1 g)"), fill},
		{"field: appearance that the page shows", "approval", func(m made) []byte {
			return m.later(map[int]string{objAPShared: streamOf(overlayForm, evil)})
		}, values(objShared, "/V (shared)", "/V (other)")},
		{"field: check box with the states exchanged and an action", "approval", values(objCheck, "/FT /Btn", "/FT /Btn /AA << /D << /S /JavaScript /JS (x) >> >>"),
			values(objCheck, "/V /Off /AS /Off", "/V /Yes /AS /Yes")},
		{"field: widget on another page", "approval", values(objPage2, "/Annots [", "/Annots [7 0 R "), fill},
		{"field: font that fields name", "approval", func(m made) []byte {
			return m.later(map[int]string{objForm: m.with(objForm, "/Helv 5 0 R", "/Helv 40 0 R")})
		}, values(objForm, "/Helv 5 0 R", "/Helv 5 0 R /More 5 0 R", objOther, "(x)", "(y)")},
		{"field: calculation order", "approval", values(objForm, "/DR", "/CO [7 0 R] /DR"), fill},
		{"field: XFA packets", "level 2", values(objForm, "/DR", "/XFA [(template) 110 0 R] /DR"), fill},

		{"signature: text field below the new one", "approval", signField(
			"<< /FT /Sig /T (new) /V 150 0 R /Kids [111 0 R] >>",
			map[int]string{111: "<< /Type /Annot /Subtype /Widget /FT /Tx /T (text) /V (Pay 999) /Parent 100 0 R /Rect [72 690 200 720] /P 3 0 R >>"}), signed},
		{"signature: two widgets", "approval", signField(
			"<< /FT /Sig /T (new) /V 150 0 R /Kids [111 0 R 112 0 R] >>",
			map[int]string{111: "<< /Type /Annot /Subtype /Widget /Parent 100 0 R /Rect [0 0 0 0] /P 3 0 R >>",
				112: "<< /Type /Annot /Subtype /Widget /Parent 100 0 R /Rect [72 690 200 720] /P 29 0 R >>"}), signed},
		{"signature: shown in a new field, level 1", "level 1", shown, nil},
		{"signature: shown in a new field, level 2", "level 2", signField(shownField, cover), signed},
		{"signature: shown in a new field, level 3", "level 3", signField(shownField, cover), signed},
		{"signature: covers the page", "approval", signField(
			strings.Replace(shownField, "[72 690 200 720]", "[0 0 595 842]", 1), cover), shown},
		{"signature: empty field moved and signed, level 2", "level 2", func(m made) []byte {
			body := strings.Replace(m.with(objEmpty, "/FT /Sig", "/FT /Sig /V 150 0 R /AP << /N 110 0 R >>"), "[72 500 272 520]", "[72 690 272 720]", 1)
			return signInto(m, map[int]string{objEmpty: body, 110: streamOf(overlayForm, white)}, 150)
		}, func(m made) []byte {
			return signInto(m, map[int]string{objEmpty: m.with(objEmpty, "/FT /Sig", "/FT /Sig /V 150 0 R /AP << /N 110 0 R >>"), 110: streamOf(overlayForm, "BT (x) Tj ET")}, 150)
		}},
		{"signature: hidden field brought to light", "level 2", func(m made) []byte {
			return signInto(m, map[int]string{objUnseen: m.with(objUnseen, "/F 2", "/F 4 /V 150 0 R /AP << /N 110 0 R >>"), 110: streamOf(overlayForm, white)}, 150)
		}, func(m made) []byte {
			return signInto(m, map[int]string{objUnseen: m.with(objUnseen, "/FT /Sig", "/FT /Sig /V 150 0 R")}, 150)
		}},
		{"signature: action in the new field", "approval", signField(strings.Replace(newField, "/FT", "/AA << >> /FT", 1), nil), signed},
		{"signature: of an unknown kind", "approval", func(m made) []byte {
			return m.later(map[int]string{objEmpty: m.with(objEmpty, "/FT /Sig", "/FT /Sig /V 101 0 R /AP << /N 102 0 R >>"),
				101: strings.Replace(fakeSig, "adbe.pkcs7.detached", "any.thing", 1), 102: streamOf(overlayForm, evil)})
		}, signed},
		{"signature: the same value in a second field", "approval", func(m made) []byte {
			return m.later(map[int]string{objEmpty: m.with(objEmpty, "/FT /Sig", strings.ReplaceAll("/FT /Sig /V NN 0 R", "NN", itoa(m.signatureObject())))})
		}, signed},
		{"signature: page content changed under it", "approval", signField(newField, map[int]string{objContent: streamOf("", evil)}), signed},
		{"signature: document certified later", "approval", func(m made) []byte {
			return m.later(map[int]string{objCatalog: m.with(objCatalog, "/Type /Catalog", "/Type /Catalog /Perms << /DocMDP 101 0 R >>"), 101: fakeSig})
		}, signed},
	}
}
