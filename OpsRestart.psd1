@{
    RootModule           = 'module/OpsRestart.psm1'
    ModuleVersion        = '0.1.0'
    GUID                 = '5d1d5c55-4f0e-4c39-9a7e-0d3f6a2b8c11'
    Author               = 'OpsRestart contributors'
    CompanyName          = 'OpsRestart contributors'
    Copyright            = '(c) 2026 OpsRestart contributors. MIT licence.'
    Description          = 'Restart anything that has dependencies, and lose no job doing it: ordered stops and starts behind real health probes, proven drains of background work, and a way back when something fails. For systemd and supervisord on Linux.'
    PowerShellVersion    = '7.6'
    CompatiblePSEditions = @('Core')
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()
    CmdletsToExport      = @(
        'Disable-ManagedService'
        'Enable-ManagedService'
        'Get-ManagedService'
        'Reset-ManagedService'
        'Restart-ManagedService'
        'Start-ManagedService'
        'Stop-ManagedService'
        'Wait-ManagedService'
        'Get-ServiceLog'
        'Update-ServiceManager'
        'Export-ServiceGraph'
        'Get-ServiceGraph'
        'Import-ServiceGraph'
        'New-ServiceGraph'
        'Restart-ServiceGraph'
        'Start-ServiceGraph'
        'Stop-ServiceGraph'
        'Test-ServiceGraph'
        'Get-ServiceGraphPlan'
        'New-ServiceNode'
        'Test-HttpEndpoint'
        'Test-LogPattern'
        'Test-PostgresConnection'
        'Test-RedisPing'
        'Test-ServiceHealth'
        'Test-TcpPort'
    )
    FormatsToProcess     = @('module/OpsRestart.Format.ps1xml')
    TypesToProcess       = @('module/OpsRestart.Types.ps1xml')
}
