package aws

import "github.com/plumbline-dev/plumbline/remedy"

func ecrFixes() []Fix { return []Fix{ecrImmutable, ecrLifecycle, ecrScan} }

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

const noImagePolicy = "LifecyclePolicyNotFoundException"

var ecrLifecycle = Fix{
	ID: "ecr-lifecycle", Title: "images without a tag expire", Takes: []string{"+aws_ecr_lifecycle_policy"}, Of: "repository",
	Does: []string{"ecr:PutLifecyclePolicy"}, Undoes: []string{"ecr:DeleteLifecyclePolicy"}, Reads: []string{"ecr:GetLifecyclePolicy"},
	Risk: remedy.Risk{Class: "data-destructive", Detail: "Within a day ECR deletes the images that are older than the policy says, for good. What runs an image by its digest cannot start it any more."},
	Undo: partly("images that were deleted meanwhile do not come back"), Seconds: 10,
	plan: func(d *draft) {
		name := params{"repositoryName": d.text("name")}
		s := d.look("ecr:GetLifecyclePolicy", name)
		s.require("there is still no lifecycle policy", "", remedy.Refuses, noImagePolicy)
		text, _ := d.must("policy").(string)
		a := d.write("ecr:PutLifecyclePolicy", with(name, params{"lifecyclePolicyText": text}))
		a.Until = []remedy.Condition{s.is("the policy is there", "LifecyclePolicyText", remedy.Present, nil)}
		a.UndoWhen = a.Until
		a.Undo = d.undone("ecr:DeleteLifecyclePolicy", name, s.is("there is no lifecycle policy", "", remedy.Refuses, noImagePolicy))
		d.shows("lifecycle policy", absent{}, text)
		d.do(a)
	},
}
