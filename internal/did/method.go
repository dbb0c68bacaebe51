package did

import (
	"fmt"
	"strings"

	"blazon/internal/strictjson"
)

// ParseMethod reads a verification method that stands alone, at an http or https address of its own or in a controller
// document that is no DID's (Controlled Identifiers 1.0 "Verification Methods"). Its controller may be any URL. A key that
// cannot be used leaves Key nil and the reason in Err.
func ParseMethod(data []byte) (*Method, error) {
	members, err := strictjson.Object(data, limits)
	if err != nil {
		return nil, fmt.Errorf("%w: it %w", ErrDocument, err)
	}
	var m Method
	if m.ID, err = text(members, "id"); err == nil {
		if m.Type, err = text(members, "type"); err == nil {
			m.Controller, err = text(members, "controller")
		}
	}
	if err != nil {
		return nil, err
	}
	if !strings.Contains(m.ID, ":") {
		return nil, fmt.Errorf("%w: its \"id\" is not a URL", ErrDocument)
	}
	m.read(members)
	return &m, nil
}
