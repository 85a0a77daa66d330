#Requires -Version 7.6 -Modules OpsRestart

<#
.SYNOPSIS
Restarts Nautobot step by step, without a graph.

.DESCRIPTION
The same order as restart.ps1, to be read or typed line by line. Each line waits until it is done and ends the script when it is not; unlike
restart.ps1 it then leaves things as they are at that moment.
#>
[CmdletBinding()]
param()
$ErrorActionPreference = 'Stop'
$began = Get-Date

Stop-ManagedService nautobot, nautobot-scheduler            # nothing queues work any more
Wait-QueueDrain redis://localhost/0 -Queue default -Timeout 5m
Stop-ManagedService nautobot-worker

Restart-ManagedService postgresql@15-main, redis-server
Test-PostgresConnection 'postgres://nautobot@/nautobot?host=/run/postgresql' -Wait -Within 60s
Test-RedisPing redis://localhost/0 -Wait -Within 30s

Start-ManagedService nautobot-scheduler, nautobot-worker, nautobot
Test-CeleryWorker redis://localhost/0 -Worker 'celery@*' -Wait -Within 60s
Test-HttpEndpoint http://127.0.0.1:8000/health/ -Wait -Within 60s
Get-ServiceLog nautobot* -Since $began -Priority Error
