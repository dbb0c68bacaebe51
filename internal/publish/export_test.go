package publish

// What the tests of the package's inside need.
type (
	Disk   = disk
	OSDisk = osDisk
	Entry  = entry
)

var (
	WriteOn      = write
	EncodeRecord = encodeRecord
	ParseRecord  = parseRecord
)
