BeforeAll {
    . $PSScriptRoot/Support/Host.ps1
    if (Test-Path /run/systemd/system) { Install-TestUnit }
}

Describe 'Get-StaleService' -Tag Host {
    BeforeAll {
        Set-Content (Join-Path $TestDrive stale.yml) @"
graph: stale
services:
  base:  { unit: t-plain }
  above: { unit: t-demo@above, needs: [base], config: $TestDrive/above.conf }
"@
        $graph = Import-ServiceGraph (Join-Path $TestDrive stale.yml)
        systemctl start t-plain
        Set-Content $TestDrive/above.conf 1
        systemctl start t-demo@above
    }
    AfterAll { Stop-TestUnit }

    It 'finds nothing where all is as it was started' {
        $graph | Get-StaleService | Should -BeNullOrEmpty
    }

    It 'names what is older than what it needs, and that is the Name of a restart' {
        systemctl restart t-plain
        $stale = Get-StaleService (Join-Path $TestDrive stale.yml)
        $stale.Name, $stale.Service, $stale.Graph | Should -Be above, 't-demo@above', stale
        $stale.Reasons.Kind, "$($stale.Reasons)" | Should -Be Need, 'base was started later'
        ($stale | Out-String) | Should -Match 'above\s+t-demo@above\s+.*base was started later'
        (Restart-ServiceGraph -InputObject $graph -Name $stale).Steps.Id | Should -Be 'stop:above', 'start:above', 'validate'
        $graph | Get-StaleService | Should -BeNullOrEmpty
    }

    It 'goes down the pipeline to Restart-ManagedService, also as a copy' {
        foreach ($how in { $_ }, { [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($_, 3)) }) {
            Add-Content $TestDrive/above.conf 2
            $before = systemctl show -P InvocationID t-demo@above
            Get-StaleService $graph -Name above | ForEach-Object $how | Restart-ManagedService
            systemctl show -P InvocationID t-demo@above | Should -Not -Be $before
            Get-StaleService $graph | Should -BeNullOrEmpty
        }
    }

    It 'looks at all services without a graph, and errs for an unknown one' {
        Get-StaleService -Name 't-*' | Should -BeNullOrEmpty
        Get-StaleService nope -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure.FullyQualifiedErrorId | Should -Be 'GraphNotFound,OpsRestart.Commands.GetStaleServiceCommand'
    }
}
