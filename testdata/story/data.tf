resource "aws_db_subnet_group" "main" {
  subnet_ids = aws_subnet.private[*].id
}

resource "aws_security_group" "db" {
  vpc_id = aws_vpc.main.id
}

resource "aws_db_instance" "main" {
  identifier              = "shop"
  engine                  = "postgres"
  engine_version          = "16.4"
  instance_class          = "db.m6i.large"
  allocated_storage       = 100
  storage_type            = "gp3"
  storage_encrypted       = true
  db_subnet_group_name    = aws_db_subnet_group.main.name
  vpc_security_group_ids  = [aws_security_group.db.id]
  username                = "shop"
  password                = var.db_password
  multi_az                = false # revisit before launch
  backup_retention_period = var.backup_days
  skip_final_snapshot     = true
}

resource "aws_elasticache_subnet_group" "main" {
  name       = "shop"
  subnet_ids = aws_subnet.private[*].id
}

resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id = "shop-sessions"
  description          = "web sessions"
  engine               = "redis"
  node_type            = "cache.t4g.small"
  num_cache_clusters   = 1
  subnet_group_name    = aws_elasticache_subnet_group.main.name
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
