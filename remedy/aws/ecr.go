package aws

import "github.com/plumbline-dev/plumbline/remedy"

func ecrFixes() []Fix { return []Fix{ecrImmutable, ecrScan} }

func (d *draft) repository() *source {
	return d.look("ecr:DescribeRepositories", params{"repositoryNames": []any{d.text("name")}})
}

var ecrImmutable = Fix{
	ID: "ecr-immutable-tags", Title: "tags that stay what they are", Takes: []string{"aws_ecr_repository.image_tag_mutability"},
	Does: []string{"ecr:PutImageTagMutability"}, Undoes: []string{"ecr:PutImageTagMutability"}, Reads: []string{"ecr:DescribeRepositories"},
	Risk: remedy.Risk{Class: "build-change", Detail: "A build that pushes a tag again fails (ImageTagAlreadyExistsException)."},
	Undo: fully, Seconds: 10,
	plan: func(d *draft) {
		d.setting(d.repository(), setting{label: "what tags are", path: "Repositories[0].ImageTagMutability", want: d.must("image_tag_mutability"), op: "ecr:PutImageTagMutability",
			write: func(v any) params { return params{"repositoryName": d.text("name"), "imageTagMutability": v} }})
	},
}

// ecrScan sets the repository's own flag, which is what Terraform's attribute is. AWS says that this call is being replaced by
// PutRegistryScanningConfiguration, which would change every repository of the region.
var ecrScan = Fix{
	ID: "ecr-scan-on-push", Title: "images scanned when pushed", Takes: []string{"aws_ecr_repository.image_scanning_configuration.scan_on_push"},
	Does: []string{"ecr:PutImageScanningConfiguration"}, Undoes: []string{"ecr:PutImageScanningConfiguration"}, Reads: []string{"ecr:DescribeRepositories"},
	Risk: remedy.Risk{Class: "online", Detail: "Images are scanned from the next push on."},
	Undo: fully, Seconds: 10,
	plan: func(d *draft) {
		d.setting(d.repository(), setting{label: "scan on push", path: "Repositories[0].ImageScanningConfiguration.ScanOnPush", want: d.must("image_scanning_configuration[0].scan_on_push"), unset: false,
			op: "ecr:PutImageScanningConfiguration",
			write: func(v any) params {
				return params{"repositoryName": d.text("name"), "imageScanningConfiguration": params{"scanOnPush": v}}
			}})
	},
}
