BeforeAll {
    . $PSScriptRoot/Support/Host.ps1
    if (Test-Path /run/systemd/system) { Install-TestUnit }
}

Describe 'Enable-, Disable- and Reset-ManagedService, Update-ServiceManager' -Tag Host {
    BeforeAll {
        @('[Service]', 'ExecStart=/bin/sleep infinity', '[Install]', 'WantedBy=multi-user.target') | Set-Content /etc/systemd/system/t-boot.service
        systemctl daemon-reload
    }
    AfterAll { systemctl disable -q t-boot; Remove-Item /etc/systemd/system/t-boot.service; systemctl daemon-reload; Stop-TestUnit }

    It 'enables and disables' {
        Enable-ManagedService t-boot | Should -BeNullOrEmpty
        systemctl is-enabled t-boot | Should -Be enabled
        (Get-ManagedService t-boot | Disable-ManagedService -PassThru).Boot | Should -Be disabled
        systemctl is-enabled t-boot | Should -Be disabled
    }

    It 'changes nothing with -WhatIf' {
        Enable-ManagedService t-boot -WhatIf
        systemctl is-enabled t-boot | Should -Be disabled
        Enable-ManagedService t-boot
        Disable-ManagedService t-boot -WhatIf
        systemctl is-enabled t-boot | Should -Be enabled
    }

    It 'errs for what does not exist' {
        Enable-ManagedService no-such -ErrorAction SilentlyContinue -ErrorVariable failures
        Disable-ManagedService no-such -ErrorAction SilentlyContinue -ErrorVariable +failures
        Reset-ManagedService no-such -ErrorAction SilentlyContinue -ErrorVariable +failures
        Get-ErrorLine $failures | Should -Be (@('UnitNotFound|ObjectNotFound|no-such') * 3)
    }

    It 'clears a failure, but not with -WhatIf' {
        systemctl start t-fail-start 2>$null
        Reset-ManagedService t-fail-start -WhatIf
        Get-UnitState t-fail-start | Should -Be failed
        (Get-ManagedService t-fail-start | Reset-ManagedService -PassThru).State | Should -Be Stopped
        Get-UnitState t-fail-start | Should -Be inactive
    }

    It 'reads changed unit files anew, but not with -WhatIf' {
        Add-Content /etc/systemd/system/t-boot.service '# changed'
        [System.IO.File]::SetLastWriteTimeUtc('/etc/systemd/system/t-boot.service', [datetime]::UtcNow.AddSeconds(5))
        Update-ServiceManager -WhatIf
        (Get-ManagedService t-boot).NeedsReload | Should -BeTrue
        Update-ServiceManager | Should -BeNullOrEmpty
        (Get-ManagedService t-boot).NeedsReload | Should -BeFalse
    }
}
