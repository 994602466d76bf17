package services

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

var volumeFields = aws.Table{
	"availability_zone": "AvailabilityZone", "size": "Size", "type": "VolumeType!", "iops": "Iops", "throughput": "Throughput", "encrypted": "Encrypted!",
	"kms_key_id": "KmsKeyId", "snapshot_id": "SnapshotId", "multi_attach_enabled": "MultiAttachEnabled",
}

// readVolumes gives volumes; one that goes with its instance is a neighbour: in code it is a block of the instance.
func readVolumes(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := ec2.NewDescribeVolumesPaginator(ec2.NewFromConfig(s.Config), &ec2.DescribeVolumesInput{MaxResults: atOnce})
	return eachPage(ctx, pages, func(page *ec2.DescribeVolumesOutput) {
		for i := range page.Volumes {
			from := &page.Volumes[i]
			if from.State == types.VolumeStateDeleting || from.State == types.VolumeStateDeleted {
				continue
			}
			r := ec2Resource(s, "aws_ebs_volume", "volume", text(from.VolumeId), from.Tags)
			volumeFields.Set(r, from)
			for _, a := range from.Attachments {
				r.Data = r.Data || flag(a.DeleteOnTermination)
				give(volumeAttachment(s, r, a))
			}
			give(r)
		}
	})
}

func volumeAttachment(s *aws.Session, volume *graph.Resource, from types.VolumeAttachment) *graph.Resource {
	id := volume.Attrs["id"].(string)
	r := s.Resource("aws_volume_attachment", "", id+":"+text(from.InstanceId), volume.Name)
	r.Attrs["volume_id"], r.Attrs["instance_id"], r.Attrs["device_name"] = id, aws.Plain(from.InstanceId), aws.Plain(from.Device)
	r.Data = flag(from.DeleteOnTermination)
	return r
}

var snapshotFields = aws.Table{"volume_id": "VolumeId", "description": "Description", "storage_tier": "StorageTier", "encrypted": "Encrypted", "tags": "Tags"}

func readSnapshots(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := ec2.NewDescribeSnapshotsPaginator(ec2.NewFromConfig(s.Config), &ec2.DescribeSnapshotsInput{OwnerIds: []string{"self"}, MaxResults: atOnce})
	return eachPage(ctx, pages, func(page *ec2.DescribeSnapshotsOutput) {
		for i := range page.Snapshots {
			from := &page.Snapshots[i]
			id := text(from.SnapshotId)
			r := s.Resource("aws_ebs_snapshot", "arn:"+s.Partition+":ec2:"+s.Region+"::snapshot/"+id, id, nameTag(from.Tags, id)) // without an account
			snapshotFields.Set(r, from)
			give(r)
		}
	})
}

func readDiskEncryption(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	out, err := ec2.NewFromConfig(s.Config).GetEbsEncryptionByDefault(ctx, &ec2.GetEbsEncryptionByDefaultInput{})
	if err != nil {
		return err
	}
	r := s.Resource("aws_ebs_encryption_by_default", "", "default", s.Region)
	r.Attrs["enabled"] = flag(out.EbsEncryptionByDefault)
	give(r)
	return nil
}
