package ob3

// The terms of the two contexts as they are used here (https://www.w3.org/ns/credentials/v2 and Open Badges 3.0's context
// 3.0.3): what stands in a document for people is one statement or several for a signature.

// Namespaces of the contexts. The context of Open Badges spells XML Schema's datatypes with https, so that they are not
// XML Schema's, and names one by a prefix that it does not declare.
const (
	rdf         = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	vocabulary  = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
	schemaOrg   = "https://schema.org/"
	credentials = "https://www.w3.org/2018/credentials#"
	statuses    = "https://www.w3.org/ns/credentials/status#"
	security    = "https://w3id.org/security#"
	xsd         = "http://www.w3.org/2001/XMLSchema#"
	httpsXSD    = "https://www.w3.org/2001/XMLSchema#"
	undeclared  = "xsd:"
)

// valueKind is what a term makes of a value.
type valueKind uint8

const (
	literal  valueKind = iota // of the term's datatype, where it has one
	resource                  // an IRI, or an object
	node                      // an object
	list                      // an ordered list of literals
)

// term is one key of a document.
type term struct {
	predicate string
	kind      valueKind
	datatype  string
}

// rootTerms are known in every object.
var rootTerms = map[string]term{
	"name":        {schemaOrg + "name", literal, ""},
	"description": {schemaOrg + "description", literal, ""},
	"url":         {schemaOrg + "url", literal, httpsXSD + "anyURI"},
	"image":       {vocabulary + "image", resource, ""},
	"narrative":   {vocabulary + "narrative", literal, ""},
	"inLanguage":  {schemaOrg + "inLanguage", literal, ""},
	"alignment":   {vocabulary + "alignment", node, ""},
	"awardedDate": {vocabulary + "awardedDate", literal, undeclared + "dateTime"},
}

// class is a type of object: its IRI, and the terms that only its objects know. They do not reach into objects within.
type class struct {
	iri   string
	terms map[string]term
}

var classes = map[string]class{
	"VerifiableCredential": {credentials + "VerifiableCredential", map[string]term{
		"issuer":            {credentials + "issuer", resource, ""},
		"credentialSubject": {credentials + "credentialSubject", resource, ""},
		"credentialStatus":  {credentials + "credentialStatus", resource, ""},
		"evidence":          {credentials + "evidence", resource, ""},
		"validFrom":         {credentials + "validFrom", literal, xsd + "dateTime"},
		"validUntil":        {credentials + "validUntil", literal, xsd + "dateTime"},
	}},
	"OpenBadgeCredential": {vocabulary + "OpenBadgeCredential", nil},
	"Profile":             {vocabulary + "Profile", nil},
	"AchievementSubject": {vocabulary + "AchievementSubject", map[string]term{
		"achievement": {vocabulary + "achievement", node, ""},
		"identifier":  {vocabulary + "identifier", node, ""},
		"result":      {vocabulary + "result", node, ""},
	}},
	"Achievement": {vocabulary + "Achievement", map[string]term{
		"criteria":          {vocabulary + "Criteria", resource, ""},
		"creator":           {vocabulary + "creator", node, ""},
		"related":           {vocabulary + "related", node, ""},
		"resultDescription": {vocabulary + "resultDescription", node, ""},
		"achievementType":   {vocabulary + "achievementType", literal, ""},
		"version":           {vocabulary + "version", literal, ""},
		"tag":               {schemaOrg + "keywords", literal, ""},
	}},
	"IdentityObject": {vocabulary + "IdentityObject", map[string]term{
		"hashed":       {vocabulary + "hashed", literal, httpsXSD + "boolean"},
		"identityHash": {vocabulary + "identityHash", literal, ""},
		"identityType": {vocabulary + "identityType", literal, ""},
		"salt":         {vocabulary + "salt", literal, ""},
	}},
	"Image": {vocabulary + "Image", map[string]term{
		"caption": {schemaOrg + "caption", literal, ""},
	}},
	"Alignment": {schemaOrg + "AlignmentObject", map[string]term{
		"targetName":        {schemaOrg + "targetName", literal, ""},
		"targetDescription": {schemaOrg + "targetDescription", literal, ""},
		"targetFramework":   {schemaOrg + "targetFramework", literal, ""},
		"targetUrl":         {schemaOrg + "targetUrl", literal, httpsXSD + "anyURI"},
		"targetCode":        {vocabulary + "targetCode", literal, ""},
	}},
	"Evidence": {vocabulary + "Evidence", map[string]term{
		"audience": {schemaOrg + "audience", literal, ""},
		"genre":    {schemaOrg + "genre", literal, ""},
	}},
	"Result": {vocabulary + "Result", map[string]term{
		"resultDescription": {vocabulary + "resultDescription", literal, httpsXSD + "anyURI"},
		"status":            {vocabulary + "status", literal, ""},
		"value":             {schemaOrg + "value", literal, ""},
	}},
	"ResultDescription": {vocabulary + "ResultDescription", map[string]term{
		"resultType":    {vocabulary + "resultType", literal, ""},
		"requiredValue": {vocabulary + "requiredValue", literal, ""},
		"valueMin":      {vocabulary + "valueMin", literal, ""},
		"valueMax":      {vocabulary + "valueMax", literal, ""},
		"allowedValue":  {vocabulary + "allowedValue", list, ""},
	}},
	"Related": {vocabulary + "Related", map[string]term{
		"version": {vocabulary + "version", literal, ""},
	}},
	"BitstringStatusListEntry": {statuses + "BitstringStatusListEntry", map[string]term{
		"statusListCredential": {statuses + "statusListCredential", resource, ""},
		"statusListIndex":      {statuses + "statusListIndex", literal, ""},
		"statusPurpose":        {statuses + "statusPurpose", literal, ""},
	}},
	"BitstringStatusListCredential": {statuses + "BitstringStatusListCredential", nil},
	"BitstringStatusList": {statuses + "BitstringStatusList", map[string]term{
		"encodedList":   {statuses + "encodedList", literal, security + "multibase"},
		"statusPurpose": {statuses + "statusPurpose", literal, ""},
	}},

	// The types of Open Badges 2.0 that documents link to stand there as IRIs: the contexts do not know them.
	badgeClass2: {badgeClass2, nil},
	assertion2:  {assertion2, nil},
}

const (
	badgeClass2 = "https://w3id.org/openbadges#BadgeClass"
	assertion2  = "https://w3id.org/openbadges#Assertion"
)

// kind is what an object is: its types, with all that it knows. Kinds are made once, so that nothing is looked up by name
// for each award.
type kind struct {
	names  []string
	types  []string        // the end of a statement for each
	terms  map[string]term // predicates as they stand within a statement
	single bool            // type is a text: the model gives the object no other (OB 3.0, IdentityObject and Image)
}

// The kinds of object in our documents.
var (
	credentialKind        = kindOf("VerifiableCredential", "OpenBadgeCredential")
	statusListKind        = kindOf("VerifiableCredential", "BitstringStatusListCredential")
	statusBitsKind        = kindOf("BitstringStatusList").alone()
	statusEntryKind       = kindOf("BitstringStatusListEntry").alone()
	profileKind           = kindOf("Profile")
	subjectKind           = kindOf("AchievementSubject")
	identityKind          = kindOf("IdentityObject").alone()
	achievementKind       = kindOf("Achievement")
	criteriaKind          = kindOf()
	imageKind             = kindOf("Image").alone()
	alignmentKind         = kindOf("Alignment")
	evidenceKind          = kindOf("Evidence")
	assertionKind         = kindOf("Evidence", assertion2)
	resultKind            = kindOf("Result")
	resultDescriptionKind = kindOf("ResultDescription")
	relatedKind           = kindOf("Related")
	badgeClassKind        = kindOf("Related", badgeClass2)
)

// kindOf is the kind with some types, whose terms come before those that every object knows.
func kindOf(names ...string) *kind {
	k := &kind{names: names, terms: make(map[string]term)}
	add := func(terms map[string]term) {
		for key, t := range terms {
			if _, ok := k.terms[key]; ok {
				continue
			}
			t.predicate = " <" + t.predicate + "> "
			if t.datatype != "" {
				t.datatype = "^^<" + t.datatype + ">"
			}
			k.terms[key] = t
		}
	}
	for _, name := range names {
		c, ok := classes[name]
		if !ok {
			panic("ob3: no type " + name)
		}
		k.types = append(k.types, " <"+rdf+"type> <"+c.iri+">"+ending)
		add(c.terms)
	}
	add(rootTerms)
	return k
}

// alone has the type written as a text.
func (k *kind) alone() *kind {
	k.single = true
	return k
}
