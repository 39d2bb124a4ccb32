output "checks" {
  description = "Addresses that are asked from outside."
  value       = local.targets
}
