BeforeAll { . $PSScriptRoot/Support/Host.ps1 }

Describe 'Get-ManagedService without systemd' {
    It 'says that there is none' {
        if (Test-Path /run/systemd/system) { Set-ItResult -Skipped -Because 'this machine runs systemd' }
        $failure = try { Get-ManagedService } catch { $_ }
        $failure.FullyQualifiedErrorId | Should -Be 'ManagerUnavailable,OpsRestart.Commands.GetManagedServiceCommand'
        $failure.CategoryInfo.Category | Should -Be 'ResourceUnavailable'
    }
}

Describe 'Get-ManagedService' -Tag Host {
    BeforeAll { Install-TestUnit; Stop-TestUnit; systemctl start t-plain t-demo@a t-demo@b }
    AfterAll { Stop-TestUnit }

    It 'gives the details of a named service' {
        $service = Get-ManagedService t-plain
        $service | Should -BeOfType OpsRestart.ManagedService
        $service.Name, $service.Id, $service.State | Should -Be 't-plain', 't-plain.service', 'Running'
        $service.MainPid | Should -Be ([int](systemctl show -P MainPID t-plain))
        $service.InvocationId | Should -Be (systemctl show -P InvocationID t-plain)
        $service.Boot | Should -Be disabled
        $service.Since.Kind | Should -Be Utc
        $service.Memory | Should -BeGreaterThan 0
        $service.Restarts | Should -Be 0
    }

    It 'takes wildcards, template sets, and names from the pipeline' {
        (Get-ManagedService t-demo@*).Name | Should -Be 't-demo@a', 't-demo@b'
        (Get-ManagedService 't-demo@{a,b}').Name | Should -Be 't-demo@a', 't-demo@b'
        ('t-plain', 't-demo@a' | Get-ManagedService).Name | Should -Be 't-plain', 't-demo@a'
        (Get-ManagedService t-plain | Get-ManagedService).Id | Should -Be 't-plain.service'
        (New-ServiceNode web t-plain | Get-ManagedService).Name | Should -Be 't-plain'
        Get-ManagedService no-such-* | Should -BeNullOrEmpty
    }

    It 'lists all, without details unless asked for' {
        $all = Get-ManagedService
        $all.Name | Should -Contain t-plain
        ($all | Where-Object Name -eq t-plain).MainPid | Should -BeNullOrEmpty
        (Get-ManagedService -State Running | Where-Object Name -eq t-plain).State | Should -Be Running
        (Get-ManagedService t-plain -Detailed:$false).MainPid | Should -BeNullOrEmpty
    }

    It 'says of each name that does not exist that it does not, and goes on' {
        $found = Get-ManagedService no-such, t-plain -ErrorAction SilentlyContinue -ErrorVariable failures
        $found.Name | Should -Be t-plain
        Get-ErrorLine $failures | Should -Be 'UnitNotFound|ObjectNotFound|no-such'
    }

    It 'calls a service that dies again and again flapping' {
        systemctl start t-crash-loop
        Wait-TestUntil { (Get-ManagedService t-crash-loop).State -eq 'Flapping' } -Seconds 8
    }

    It 'knows masked and failed services' {
        systemctl start t-fail-start 2>$null
        (Get-ManagedService t-masked).State | Should -Be Masked
        $failed = Get-ManagedService t-fail-start
        $failed.State, $failed.Result, $failed.ExitStatus | Should -Be 'Failed', 'exit-code', 7
    }

    It 'survives JSON and remoting as a flat object' {
        $service = Get-ManagedService t-plain
        ($service | ConvertTo-Json | ConvertFrom-Json).Name | Should -Be t-plain
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($service))
        $copy.MainPid | Should -Be $service.MainPid
        $copy | Out-String | Should -Match '(?m)^t-plain +Running'
        ($copy | Get-ManagedService).Id | Should -Be 't-plain.service'
    }

    It 'looks like this' {
        $service = Get-ManagedService t-plain | Select-Object -First 1
        $table = ($service | Out-String -Width 120) -replace "`e\[[0-9;]*m" -split "`n" | Where-Object { $_ }
        $table[0] | Should -Match '^Name +State +Since +Restarts +Memory +Boot +Description$'
        $table[2] | Should -Match '^t-plain Running +\d+.* +0 +\d+ [KM]B disabled Does nothing'
    }

    It 'completes names of units' {
        (TabExpansion2 'Get-ManagedService t-pl').CompletionMatches.CompletionText | Should -Be 't-plain'
        (TabExpansion2 'Stop-ManagedService t-demo@').CompletionMatches.CompletionText | Should -Contain 't-demo@a'
    }
}
