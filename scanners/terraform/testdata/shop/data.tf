resource "aws_db_subnet_group" "main" {
  name       = "shop"
  subnet_ids = module.network.private_subnets
}

resource "aws_db_instance" "main" {
  identifier              = "shop"
  engine                  = "postgres"
  engine_version          = "16.3"
  instance_class          = "db.m6g.large"
  allocated_storage       = 100
  multi_az                = true
  backup_retention_period = 14
  db_subnet_group_name    = aws_db_subnet_group.main.name
  vpc_security_group_ids  = [for s in module.service : s.group_id]
  username                = "shop"
  password                = var.password
  storage_encrypted       = true
  tags                    = local.tags
}

resource "aws_cloudwatch_metric_alarm" "database" {
  alarm_name          = "database-cpu"
  namespace           = "AWS/RDS"
  metric_name         = "CPUUtilization"
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 5
  period              = 60
  threshold           = 80

  dimensions = {
    DBInstanceIdentifier = aws_db_instance.main.identifier
  }
}
