# Dot-sourced by tests that run in a throwaway host: the unit fixtures of tests/stacks/units (t-*), put in once.
. $PSScriptRoot/Module.ps1

function Install-TestUnit {
    if (Test-Path /etc/systemd/system/t-plain.service) { return }
    $fixtures = Join-Path $root tests stacks units
    $null = New-Item /usr/local/lib/t-units -ItemType Directory -Force
    Copy-Item $fixtures/system/* /etc/systemd/system
    Copy-Item $fixtures/user/* /etc/systemd/user
    Copy-Item $fixtures/lib/* /usr/local/lib/t-units
    chmod 755 /usr/local/lib/t-units/listen /usr/local/lib/t-units/ready-after
    ln -sf /dev/null /etc/systemd/system/t-masked.service
    systemctl daemon-reload
}

function Stop-TestUnit {
    systemctl kill --signal=KILL 't-*.service' 2>$null
    systemctl stop 't-*' 2>$null
    systemctl reset-failed 't-*' 2>$null
}

function Get-UnitState([string] $Unit) { (systemctl show -P ActiveState $Unit) }

# Everything that went wrong, as "id|category|target".
function Get-ErrorLine([System.Collections.IEnumerable] $Errors) {
    $Errors | ForEach-Object { '{0}|{1}|{2}' -f $_.FullyQualifiedErrorId.Split(',')[0], $_.CategoryInfo.Category, $_.TargetObject }
}
