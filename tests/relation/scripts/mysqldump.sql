-- MySQL dump 10.13  Distrib 8.0.32, for Linux (x86_64)
/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!50503 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS `film`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
CREATE TABLE `film` (
  `film_id` smallint unsigned NOT NULL AUTO_INCREMENT,
  `title` varchar(128) NOT NULL COMMENT 'it''s; the \'title\'',
  `release_year` year DEFAULT NULL,
  `language_id` tinyint unsigned NOT NULL,
  `rental_rate` decimal(4,2) NOT NULL DEFAULT '4.99',
  `rating` enum('G','PG','R') DEFAULT 'G',
  `special` set('a','b') DEFAULT NULL,
  `is_new` tinyint(1) NOT NULL DEFAULT '0',
  `last_update` timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (`film_id`),
  UNIQUE KEY `uq` (`title`(20),`release_year`),
  KEY `idx_title` (`title`),
  CONSTRAINT `fk` FOREIGN KEY (`language_id`) REFERENCES `language` (`language_id`) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT `chk` CHECK ((`rental_rate` > 0))
) ENGINE=InnoDB AUTO_INCREMENT=1001 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci COMMENT='films';
LOCK TABLES `film` WRITE;
INSERT INTO `film` VALUES (1,'A;B\'; CREATE TABLE x (a int);',2006,1,0.99,'PG','a',1,'2006-02-15 05:03:42');
UNLOCK TABLES;
CREATE TABLE `language` (
  `language_id` tinyint unsigned NOT NULL,
  `name` char(20) NOT NULL,
  PRIMARY KEY (`language_id`)
) ENGINE=InnoDB;
DELIMITER ;;
CREATE TRIGGER `x` BEFORE INSERT ON film FOR EACH ROW BEGIN SET NEW.a = 1; END;;
DELIMITER ;
/*!50001 CREATE VIEW `v` AS select 1 */;
CREATE VIEW v2 AS SELECT 1;
