package emulator

import "github.com/jsign-jp/jsign/cardio"

// Instructions that cardio does not name.
const (
	insGetChallenge  = 0x84
	insSetSessionKey = 0xAE // JICSAP
	insGetData       = 0xCA
	insLastCommand   = 0xFC // a hint that only the iPhone token gives
)

// Status words that cardio does not name.
const (
	swNotOffered      cardio.SW = 0x66F1 // seen: function not offered in this applet
	swSecureMessaging cardio.SW = 0x69FC // seen: secure messaging refused
	swMoreData        cardio.SW = 0x6100
	swRightLe         cardio.SW = 0x6C00
)

// Class bytes (ISO/IEC 7816-4, 5.4.1). Bits 4 and 3 announce secure messaging,
// bits 2 and 1 number a logical channel.
const (
	claProprietary = 0x80
	claMessaging   = 0x0C
	claChannel     = 0x03

	claFurther     = 0x40 // further interindustry: channels 4 to 19
	claFurtherMask = 0xC0
)

// execute runs one command on the applet, whatever the transport.
func (k *Card) execute(c cardio.Command) ([]byte, cardio.SW) {
	if sw := checkClass(c); sw != cardio.SWSuccess {
		return nil, sw
	}
	if c.CLA == claProprietary {
		return k.executeProprietary(c)
	}
	switch c.INS {
	case cardio.InsSelect:
		return k.selectFile(c)
	case cardio.InsReadBinary:
		return k.readBinary(c)
	case cardio.InsVerify:
		return nil, k.verify(c)
	case cardio.InsChangeReferenceData:
		return nil, k.changeReferenceData(c)
	case insGetChallenge:
		return k.getChallenge(c)
	case insGetData:
		return getData(c)
	case cardio.InsPerformSecurityOp, insSetSessionKey, insLastCommand:
		return nil, cardio.SWUnknownClass // known, with CLA 80
	}
	return nil, cardio.SWUnknownInstruction
}

func (k *Card) executeProprietary(c cardio.Command) ([]byte, cardio.SW) {
	switch c.INS {
	case cardio.InsPerformSecurityOp:
		return k.computeSignature(c)
	case insSetSessionKey:
		return nil, k.current.sessionKey
	case insLastCommand:
		return nil, cardio.SWWrongLength
	case cardio.InsSelect, cardio.InsReadBinary, cardio.InsVerify, cardio.InsChangeReferenceData, insGetChallenge, insGetData:
		return nil, cardio.SWUnknownClass // known, with CLA 00
	}
	return nil, cardio.SWUnknownInstruction
}

// checkClass returns 9000 for the classes 00 and 80.
func checkClass(c cardio.Command) cardio.SW {
	switch {
	case c.CLA&claFurtherMask == claFurther:
		return cardio.SWChannel
	case c.CLA&^(claProprietary|claMessaging|claChannel) != 0:
		return cardio.SWUnknownClass
	case c.CLA&claChannel != 0:
		return cardio.SWChannel
	case c.CLA&claMessaging == 0:
		return cardio.SWSuccess
	case c.INS == cardio.InsReadBinary || c.INS == cardio.InsVerify:
		return swSecureMessaging
	}
	return cardio.SWSecureMessaging
}
