#Requires -Version 7.6 -Modules OpsRestart

<#
.SYNOPSIS
Starts what is down of the message bus, on a Redis that runs already.

.DESCRIPTION
Redis is not touched, and has to answer: one that still loads its data is waited for. Everything else starts as in cold-start.ps1.

.EXAMPLE
./warm-start.ps1
#>
[CmdletBinding(SupportsShouldProcess)]
param()
$ErrorActionPreference = 'Stop'

$null = Test-RedisPing redis://localhost:6379/0 -Wait -Within 60s
Start-ServiceGraph message-bus -Exclude redis -Timeout 5m
