variable "db_password" {
  type      = string
  sensitive = true
}

resource "aws_security_group" "db" {
  name        = "db"
  description = "databases"
  vpc_id      = aws_vpc.main.id
  tags        = { Name = "db" }

  ingress {
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    security_groups = [aws_security_group.app.id]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_db_subnet_group" "main" {
  name        = "shop"
  description = "shop"
  subnet_ids  = [for s in aws_subnet.private : s.id]
}

resource "aws_db_instance" "main" {
  identifier                = "shop"
  engine                    = "postgres"
  engine_version            = "16.4"
  instance_class            = "db.m6i.large"
  allocated_storage         = 100
  storage_type              = "gp3"
  storage_encrypted         = true
  db_subnet_group_name      = aws_db_subnet_group.main.name
  vpc_security_group_ids    = [aws_security_group.db.id]
  username                  = "shop"
  password                  = var.db_password
  multi_az                  = false
  maintenance_window        = "sun:03:00-sun:04:00"
  backup_window             = "01:00-02:00"
  publicly_accessible       = false
  backup_retention_period   = 3
  deletion_protection       = true
  skip_final_snapshot       = false
  final_snapshot_identifier = "shop-last"
}

resource "aws_elasticache_subnet_group" "main" {
  name        = "shop"
  description = "shop"
  subnet_ids  = [for s in aws_subnet.private : s.id]
}

resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id       = "shop-sessions"
  description                = "web sessions"
  engine                     = "redis"
  node_type                  = "cache.t4g.small"
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true
  snapshot_retention_limit   = 0
  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  subnet_group_name          = aws_elasticache_subnet_group.main.name
}

resource "aws_s3_bucket" "images" {
  bucket = "shop-images"
}

resource "aws_s3_bucket_public_access_block" "images" {
  bucket                  = aws_s3_bucket.images.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "images" {
  bucket = aws_s3_bucket.images.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_dynamodb_table" "carts" {
  name         = "carts"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
  point_in_time_recovery {
    enabled = true
  }
}

resource "aws_sqs_queue" "dead" {
  name = "mail-dead"
}

resource "aws_sqs_queue" "mail" {
  name           = "mail"
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 5 })
}

resource "aws_ecr_repository" "web" {
  name                 = "web"
  image_tag_mutability = "MUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }
}

resource "aws_cloudwatch_log_group" "web" {
  name              = "/shop/web"
  retention_in_days = 30
}
