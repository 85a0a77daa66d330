#Requires -Version 7.6 -Modules OpsRestart

<#
.SYNOPSIS
Brings Mosquitto back after a failure, with what waited in it, and everything that is connected to it.

.DESCRIPTION
What uses Mosquitto stops: the subscriber, and the pool that answers devices when its tasks are done. Mosquitto restarts with the messages of its own file, or of a backup of it,
and then they start again. The subscriber's session is in that file: what came while it was down is delivered to it.

.EXAMPLE
./restore-mqtt.ps1
After a crash: its own file.

.EXAMPLE
./restore-mqtt.ps1 -Backup /backup/mosquitto/mosquitto.db
The file is lost or damaged.
#>
[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
param(
    [string] $Backup
)
$ErrorActionPreference = 'Stop'

$file = '/var/lib/mosquitto/mosquitto.db'
if ($Backup -and -not (Test-Path $Backup -PathType Leaf)) { throw "There is no $Backup. Nothing was changed." }
if (-not $PSCmdlet.ShouldProcess('mosquitto', "Restart it with $($Backup ? $Backup : $file)")) { return }

Stop-ServiceGraph message-bus -Name mosquitto -Confirm:$false
if ($Backup) {
    if (Test-Path $file) { Move-Item $file "$file.$(Get-Date -Format yyyyMMdd-HHmmss)" }
    Copy-Item $Backup $file
    chown mosquitto: $file
    if ($LASTEXITCODE) { throw "Mosquitto can't be given $file." }
}

Start-ServiceGraph message-bus
$broker = 'mqtt://bus:${file:/etc/message-bus/mqtt-password}@localhost:1883'
'connected', 'disconnected' | ForEach-Object { Test-MqttBroker $broker -Topic "`$SYS/broker/clients/$_" } | Select-Object Status, Detail
Get-Item $file | Select-Object FullName, Length, LastWriteTime
