USE [Shop]
GO
SET ANSI_NULLS ON
GO
CREATE TABLE [dbo].[Customer](
	[CustomerId] [int] IDENTITY(1,1) NOT NULL,
	[Name] [nvarchar](50) NOT NULL,
	[Balance] [money] NULL,
	[RowGuid] [uniqueidentifier] ROWGUIDCOL NOT NULL,
	[Active] [bit] NOT NULL,
	[Created] [datetime2](7) NOT NULL,
 CONSTRAINT [PK_Customer] PRIMARY KEY CLUSTERED 
(
	[CustomerId] ASC
)WITH (PAD_INDEX = OFF, STATISTICS_NORECOMPUTE = OFF) ON [PRIMARY],
 CONSTRAINT [UQ] UNIQUE NONCLUSTERED ([Name] ASC)
) ON [PRIMARY] TEXTIMAGE_ON [PRIMARY]
GO
CREATE TABLE [sales].[Order](
	[OrderId] [int] NOT NULL PRIMARY KEY,
	[CustomerId] [int] NOT NULL,
	[Total] AS ([a]*[b]),
	[Doc] [xml] NULL
)
GO
ALTER TABLE [dbo].[Customer] ADD  CONSTRAINT [DF_a]  DEFAULT ((1)) FOR [Active]
GO
ALTER TABLE [dbo].[Customer] ADD  CONSTRAINT [DF_c]  DEFAULT (getdate()) FOR [Created]
GO
ALTER TABLE [sales].[Order]  WITH CHECK ADD  CONSTRAINT [FK_o] FOREIGN KEY([CustomerId])
REFERENCES [dbo].[Customer] ([CustomerId])
GO
ALTER TABLE [sales].[Order] CHECK CONSTRAINT [FK_o]
GO
ALTER TABLE [dbo].[Customer]  WITH CHECK ADD  CONSTRAINT [CK] CHECK  (([Balance]>=(0)))
GO
CREATE UNIQUE NONCLUSTERED INDEX [ix] ON [dbo].[Customer]([RowGuid] ASC) WHERE ([Balance] IS NOT NULL)
GO
CREATE PROCEDURE p AS BEGIN SELECT 1; END
GO
